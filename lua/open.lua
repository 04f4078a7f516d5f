#!lua
-- open: the data-layout number of a partition, set when it is new.
-- KEYS layout
-- ARGV channel queue
-- REPLY ok layout
if redis.call('SET', layout, LAYOUT, 'NX') then
  redis.call('PUBLISH', channel, 'partition ' .. queue)
end
return { 'ok', redis.call('GET', layout) }
