#!lua flags=allow-oom
-- leave: give up the lease of a worker that holds nothing.
-- KEYS workers inflight leases
-- ARGV worker
-- REPLY ok | held | unopened
@include opened
-- Fields that begin with @ are not holds: the nonces of the last claims, and the mark of the reaper.
local mine = inflight .. worker
local marks = 0
for _, field in ipairs({ '@0', '@1', '@reaped' }) do
  marks = marks + redis.call('HEXISTS', mine, field)
end
if redis.call('HLEN', mine) > marks then return { 'held' } end
redis.call('DEL', mine)
redis.call('ZREM', workers, worker)
redis.call('HDEL', leases, worker)
return { 'ok' }
