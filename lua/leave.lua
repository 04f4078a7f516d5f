#!lua flags=allow-oom
-- leave: give up the lease of a worker that holds nothing.
-- KEYS layout workers inflight
-- ARGV worker
-- REPLY ok | held | unopened
@include opened
-- Fields that begin with @ are not holds: the nonces of the last claims, and the mark of the reaper.
local marks = 0
for _, field in ipairs({ '@0', '@1', '@reaped' }) do
  marks = marks + redis.call('HEXISTS', inflight, field)
end
if redis.call('HLEN', inflight) > marks then return { 'held' } end
redis.call('DEL', inflight)
redis.call('ZREM', workers, worker)
return { 'ok' }
