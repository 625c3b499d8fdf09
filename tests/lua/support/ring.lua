-- ring: a timer and its handler, for tests about interrupted calls.  On a slow machine a timer may ring before the
-- call that it is to interrupt has begun; so either set it where an early ring does no harm, or ring.within().
--
--     ring.every(0.01, function() count = count + 1 end)
--     ring.within(s.recv, function() s:close() end)
--     ring.stop()
local ring = {}

-- SIGALRM comes in so many seconds, and then again and again: a call that began late is interrupted too.
function ring.every(seconds, handler)
    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
end

function ring.stop()
    signal.setitimer(signal.ITIMER_REAL, 0)
    -- One that is still on its way is nobody's business any more.
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
end

-- Calls the handler once, while the function waits.
function ring.within(call, handler)
    ring.every(0.02, function()
        local caller = debug.getinfo(2, "f")
        if caller and caller.func == call then
            signal.setitimer(signal.ITIMER_REAL, 0)
            handler()
        end
    end)
end

-- What the function raises, or gives, when a handler's error may leave it at any moment.
function ring.raising(raised, body, ...)
    local arguments = table.pack(...)
    local results = table.pack(pcall(function()
        ring.every(0.02, function()
            signal.setitimer(signal.ITIMER_REAL, 0)
            error(raised, 0)
        end)
        return body(table.unpack(arguments, 1, arguments.n))
    end))
    ring.stop()
    return table.unpack(results, 1, results.n)
end

return ring
