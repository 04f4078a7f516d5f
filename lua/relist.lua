#!lua flags=allow-oom
-- relist: an earlier release kept no order of schedules: made once, from what the registry knows.
-- KEYS schedules listed
-- ARGV
-- REPLY ok
if redis.call('ZCARD', listed) ~= redis.call('HLEN', schedules) then
  redis.call('DEL', listed)
  for _, id in ipairs(redis.call('HKEYS', schedules)) do redis.call('ZADD', listed, 0, id) end
end
return { 'ok' }
