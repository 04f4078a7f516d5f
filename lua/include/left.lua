-- `left`: a worker is not there any more: what it offered and what was asked of it go with it.
-- KEYS workers forgotten offers serving orders
local function left(worker)
  if redis.call('HDEL', workers, worker) == 1 then note('left ' .. worker) end
  redis.call('ZREM', forgotten, 'worker:' .. worker)
  redis.call('HDEL', orders, worker)
  for _, other in ipairs(redis.call('HKEYS', offers)) do
    redis.call('ZREM', serving .. other, worker)
    if redis.call('EXISTS', serving .. other) == 0 then redis.call('HDEL', offers, other) end
  end
end
