-- How many more tasks may come to wait in this queue: what `maxDepth` leaves of those that wait for time or for a worker.
-- A task is in one state, so those wait that neither run nor have ended: counted anew each time, nothing can leak. Only
-- where the switch `d` is on.
-- KEYS settings tasks finished dead cancelled kept
@include held-count
local function depth_left()
  local ended = redis.call('LLEN', finished) + redis.call('ZCARD', dead) + redis.call('ZCARD', cancelled)
    + redis.call('ZCARD', kept .. 'completed') + redis.call('ZCARD', kept .. 'dead') + redis.call('ZCARD', kept .. 'cancelled')
  local waiting = redis.call('HLEN', tasks) - held_count() - ended
  return tonumber(redis.call('HGET', settings, 'maxDepth')) - waiting
end
