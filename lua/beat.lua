#!lua flags=allow-oom
-- beat: renew a worker's lease.
-- KEYS workers inflight leases
-- ARGV worker lease
-- REPLY ok now | lost now | unopened
@include opened
@include clock
if not redis.call('ZSCORE', workers, worker) or redis.call('HEXISTS', inflight .. worker, '@reaped') == 1 then
  return { 'lost', now }
end
redis.call('ZADD', workers, 'XX', string.format('%.0f', now + tonumber(lease)), worker)
redis.call('HSET', leases, worker, lease)
return { 'ok', now }
