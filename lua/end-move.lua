#!lua flags=allow-oom
-- end-move: remove the marker of a schedule that has begun in its new queue, or under its new id.
-- KEYS moves schedules successes elsewhere unfinished
-- ARGV id marker | entry
--   entry: queues in which it has left runs behind before (see `elsewhere`)
-- REPLY ok | stale
if redis.call('HGET', moves, id) ~= marker then return { 'stale' } end
redis.call('HDEL', moves, id)
if redis.call('HEXISTS', schedules, id) == 1 then return { 'stale' } end
redis.call('HDEL', successes, id)
-- What it begins as knows them as well now, and looks after them alone.
for i = rest + 1, #ARGV do
  redis.call('SREM', elsewhere, id .. ' ' .. ARGV[i])
  redis.call('SREM', unfinished .. id, '>' .. ARGV[i])
end
return { 'ok' }
