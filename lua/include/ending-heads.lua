-- ended: a task that held its key under strict order lets the next one go on.
@keys heads
if redis.call('HGET', heads, one.name) == ids[i] then
@include gate
  redis.call('HDEL', heads, one.name)
  gate(one.name, opened)
end
