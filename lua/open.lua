#!lua
-- open: the birth of a partition (`<data-layout number>:<time, us>`), set when it is new.
-- KEYS layout told
-- ARGV channel queue
-- REPLY ok birth
local time = redis.call('TIME')
if redis.call('SET', layout, LAYOUT .. ':' .. time[1] .. string.format('%06d', time[2]), 'NX') then
  -- Begins at the time, so that one of an earlier birth is never met again.
  redis.call('SET', told, time[1] .. string.format('%06d', time[2]))
  redis.call('PUBLISH', channel, 'partition ' .. queue)
end
return { 'ok', redis.call('GET', layout) }
