-- How many tasks of a partition are in each state: what waits for time (retries too), is ready, runs, and has ended.
-- KEYS tasks due late parked children finished dead cancelled kept
@include held-count
local function counted()
  local scheduled = redis.call('ZCARD', due)
  local running = held_count()
  local ended = { redis.call('LLEN', finished), redis.call('ZCARD', dead), redis.call('ZCARD', cancelled) }
  -- Hundreds of queues are counted at once, and most have none of these: one command tells.
  local aside = { kept .. 'completed', kept .. 'dead', kept .. 'cancelled' }
  if redis.call('EXISTS', late, parked, children, unpack(aside)) > 0 then
    scheduled = scheduled + redis.call('ZCARD', late) + redis.call('ZCARD', parked) + redis.call('ZCARD', children)
    for i, one in ipairs(aside) do ended[i] = ended[i] + redis.call('ZCARD', one) end
  end
  -- A task is in one state, so what is in none of the others is ready.
  local all = redis.call('HLEN', tasks)
  return scheduled, all - scheduled - running - ended[1] - ended[2] - ended[3], running, ended, all
end
