#!lua flags=allow-oom
-- leave: give up the lease of a worker that holds nothing.
-- KEYS layout workers inflight
-- ARGV worker
-- REPLY ok | held | unopened
@include opened
-- The field `@` is the nonce of the last claim, not a hold.
if redis.call('HLEN', inflight) > redis.call('HEXISTS', inflight, '@') then return { 'held' } end
redis.call('DEL', inflight)
redis.call('ZREM', workers, worker)
return { 'ok' }
