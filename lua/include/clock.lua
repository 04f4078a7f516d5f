-- Redis time in whole ms, as digits and as a number: the only clock of every decision.
local time = redis.call('TIME')
local at = time[1] .. string.sub('000000' .. time[2], -6, -4)
local now = tonumber(at)
