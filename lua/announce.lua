#!lua flags=allow-oom
-- announce: a process says that it is there; those not heard of for ten times their time are forgotten.
-- KEYS nodes workers
-- ARGV kind id ttl facts
-- REPLY ok now
@include clock
local presences = kind == 'node' and nodes or workers
redis.call('HSET', presences, id, string.format('%.0f', now) .. ':' .. ttl .. ':' .. facts)
if redis.call('HLEN', presences) > 64 or now % 16 == 0 then
  local all = redis.call('HGETALL', presences)
  for i = 1, #all, 2 do
    local seen, kept = string.match(all[i + 1], '^(%d+):(%d+):')
    if now - tonumber(seen) > 10 * tonumber(kept) then redis.call('HDEL', presences, all[i]) end
  end
end
return { 'ok', now }
