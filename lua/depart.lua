#!lua flags=allow-oom
-- depart: a process takes back that it is there.
-- KEYS nodes workers forgotten offers serving
-- ARGV kind id
-- REPLY ok
@include note-shared
local was = redis.call('HDEL', kind == 'node' and nodes or workers, id) == 1
redis.call('ZREM', forgotten, kind .. ':' .. id)
if kind == 'worker' then
  if was then note('left ' .. id) end
  for _, offer in ipairs(redis.call('HKEYS', offers)) do
    redis.call('ZREM', serving .. offer, id)
    if redis.call('EXISTS', serving .. offer) == 0 then redis.call('HDEL', offers, offer) end
  end
end
return { 'ok' }
