-- Each thread has one connection and one session, and sends the token from the last answer.
-- BENCH_TOKENS contains the first tokens, separated by blanks. report.lua prints the result.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")

local next_token = string.gmatch(os.getenv("BENCH_TOKENS"), "%S+")

function setup(thread)
    thread:set("token", next_token())
end

function request()
    return wrk.format("POST", nil, { ["Content-Type"] = "application/json" },
        '{"refreshToken":"' .. token .. '"}')
end

function response(_, _, body)
    token = string.match(body, '"refreshToken":"([^"]+)"') or token
end
