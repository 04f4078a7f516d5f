#!lua flags=allow-oom
-- end-move: remove the marker of a schedule that has begun in its new queue.
-- KEYS moves schedules successes elsewhere unfinished
-- ARGV id marker | entry
--   entry: queues in which it has left runs behind before (see `elsewhere`)
-- REPLY ok
if redis.call('HGET', moves, id) == marker then
  redis.call('HDEL', moves, id)
  if redis.call('HEXISTS', schedules, id) == 0 then
    redis.call('HDEL', successes, id)
    -- The new queue knows them as well now, and looks after them alone.
    for i = rest + 1, #ARGV do
      redis.call('SREM', elsewhere, id .. ' ' .. ARGV[i])
      redis.call('SREM', unfinished .. id, '>' .. ARGV[i])
    end
  end
end
return { 'ok' }
