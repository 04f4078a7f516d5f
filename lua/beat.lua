#!lua flags=allow-oom
-- beat: renew a worker's lease; tells what of it is to stop.
-- KEYS workers inflight leases stops
-- ARGV worker lease
-- REPLY ok now | id reason | lost now | unopened      (reason: JSON, or '')
@include opened
@include clock
if not redis.call('ZSCORE', workers, worker) or redis.call('HEXISTS', inflight .. worker, '@reaped') == 1 then
  return { 'lost', now }
end
redis.call('ZADD', workers, 'XX', string.format('%.0f', now + tonumber(lease)), worker)
redis.call('HSET', leases, worker, lease)
local reply = { 'ok', now }
if string.find(switched, 'c', 1, true) then
  local ids = redis.call('HKEYS', inflight .. worker)
  if #ids > 0 then
    for i, asked in ipairs(redis.call('HMGET', stops, unpack(ids))) do
      if asked then
        reply[#reply + 1] = ids[i]
        reply[#reply + 1] = string.match(asked, '^%d+(.*)$')
      end
    end
  end
end
return reply
