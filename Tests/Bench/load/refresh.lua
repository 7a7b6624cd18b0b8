-- Each thread has one connection and one session, and sends the token that the last answer gave it.
-- BENCH_TOKENS has the first ones, with a blank between them. Needs report.lua for what is printed.
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
