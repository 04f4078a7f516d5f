#!lua flags=allow-oom
-- leave: give up the lease of a worker that holds nothing.
-- KEYS layout workers inflight
-- ARGV worker
-- REPLY ok | held | unopened
@include opened
-- The fields @0 and @1 are the nonces of the last claims, not holds.
local nonces = redis.call('HEXISTS', inflight, '@0') + redis.call('HEXISTS', inflight, '@1')
if redis.call('HLEN', inflight) > nonces then return { 'held' } end
redis.call('DEL', inflight)
redis.call('ZREM', workers, worker)
return { 'ok' }
