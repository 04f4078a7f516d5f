#!lua
-- open: the birth of a partition (`<data-layout number>:<time, us>`), set when it is new.
-- KEYS layout switches told
-- ARGV channel queue
-- REPLY ok birth
local time = redis.call('TIME')
-- Layout 1 had no switches: whatever was unusual there is looked for.
if string.sub(redis.call('GET', layout) or '', 1, 2) == '1:' then
  redis.call('SET', switches, 'rtb')
  redis.call('SET', layout, LAYOUT .. string.sub(redis.call('GET', layout), 2))
end
if redis.call('SET', layout, LAYOUT .. ':' .. time[1] .. string.format('%06d', time[2]), 'NX') then
  -- Begins at the time, so that one of an earlier birth is never met again.
  redis.call('SET', told, time[1] .. string.format('%06d', time[2]))
  redis.call('PUBLISH', channel, 'partition ' .. queue)
end
return { 'ok', redis.call('GET', layout) }
