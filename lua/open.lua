#!lua
-- open: the birth of a partition (`<data-layout number>:<time, us>`), set when it is new.
-- KEYS layout told switches events
-- ARGV channel queue keep      (keep: for how long what happens here is to be recorded, ms; 0: it is not)
-- REPLY ok birth
local time = redis.call('TIME')
if redis.call('SET', layout, LAYOUT .. ':' .. time[1] .. string.format('%06d', time[2]), 'NX') then
  -- Begins at the time, so that one of an earlier birth is never met again.
  redis.call('SET', told, time[1] .. string.format('%06d', time[2]))
  redis.call('PUBLISH', channel, 'partition ' .. queue)
  if keep ~= '0' then
    local switched = redis.call('GET', switches) or ''
@include switch
    -- Nothing was here before: nobody has missed anything.
    redis.call('XADD', events, '*', 'e', 'opened')
    redis.call('PEXPIRE', events, keep)
    switch('o', true)
  end
end
return { 'ok', redis.call('GET', layout) }
