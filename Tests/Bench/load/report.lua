-- Prints one line: requests a second, 50th, 95th and 99th percentile in ms, failures.
-- Answers with status 400 or above are failures, and so are missing answers.
-- Posts BENCH_BODY if it is set.
local body = os.getenv("BENCH_BODY")
if body then
    wrk.method, wrk.body = "POST", body
    wrk.headers["Content-Type"] = "application/json"
end

function done(summary, latency, _)
    local errors = summary.errors
    io.write(string.format("result %.3f %.3f %.3f %.3f %d\n",
        summary.requests * 1e6 / summary.duration,
        latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
        errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end
