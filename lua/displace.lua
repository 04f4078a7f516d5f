#!lua flags=allow-oom
-- displace: a schedule was removed; where it was is remembered for as long as its tasks may be asked for.
-- KEYS placed removed removals
-- ARGV id entry keep
--   entry: as read before the removal: who made the schedule anew since has changed it
-- REPLY ok | stale
@include clock
@include placed
if placed_of(id) ~= entry then return { 'stale' } end
redis.call('ZREM', placed, id .. ' ' .. entry)
redis.call('HSET', removed, id, entry)
redis.call('ZADD', removals, at, id)
redis.call('PEXPIRE', removed, keep)
redis.call('PEXPIRE', removals, keep)
-- A few with each new one, so that there are never more than were removed within that time.
local old = redis.call('ZRANGEBYSCORE', removals, '-inf', now - tonumber(keep), 'LIMIT', 0, 10)
for _, one in ipairs(old) do
  redis.call('HDEL', removed, one)
  redis.call('ZREM', removals, one)
end
return { 'ok' }
