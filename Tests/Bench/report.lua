-- One line for the script that started wrk: requests a second, 50th and 99th percentile in ms, failures.
-- An answer of 400 or above is a failure, and so is what did not come.
function done(summary, latency, _)
    local errors = summary.errors
    io.write(string.format("result %.0f %.2f %.2f %d\n",
        summary.requests * 1e6 / summary.duration, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end
