#!lua flags=allow-oom
-- reap: what workers with expired leases hold; an expired worker that holds nothing is forgotten.
-- KEYS workers tasks attempts failures history inflight leases stops tallies parents
-- ARGV limit
-- REPLY ok now tallied children | worker id token failures history head stop since lastBeat
--   tallied: 1 when there are tallies; children: 1 when tasks wait for parents. head: the record up to its payload; stop: 1 where it was asked to stop; since: when its first attempt began, or '';
--   lastBeat: when the lease was last renewed
@include opened
@include clock
-- After the clock was stepped back leases set before would last as much longer: nobody would take back what the dead hold.
for _, worker in ipairs(redis.call('ZRANGE', workers, '+inf', '(' .. at, 'BYSCORE', 'REV', 'LIMIT', 0, 100)) do
  local length = tonumber(redis.call('HGET', leases, worker) or '')
  if length then redis.call('ZADD', workers, 'XX', 'LT', string.format('%.0f', now + length), worker) end
end
local reply = { 'ok', now, redis.call('EXISTS', tallies), redis.call('EXISTS', parents) }
local left = tonumber(limit)
for _, worker in ipairs(redis.call('ZRANGE', workers, '-inf', '(' .. string.format('%.0f', now), 'BYSCORE', 'LIMIT', 0, 20)) do
  local held_by = inflight .. worker
  local holds = redis.call('HGETALL', held_by)
  local held = 0
  local beaten = tonumber(redis.call('ZSCORE', workers, worker)) - tonumber(redis.call('HGET', leases, worker) or '0')
  for i = 1, #holds, 2 do
    if string.sub(holds[i], 1, 1) ~= '@' then
      held = held + 1
      if left > 0 then
        left = left - 1
        local id = holds[i]
        local record = redis.call('HGET', tasks, id) or ''
        local bar = string.find(record, '|', 1, true) or 0
        local options = tonumber(string.match(string.sub(record, 1, bar), '(%d+)|$')) or 0
        local n = #reply
        reply[n + 1] = worker
        reply[n + 2] = id
        reply[n + 3] = holds[i + 1]
        reply[n + 4] = redis.call('HGET', failures, id) or '0'
        reply[n + 5] = redis.call('HGET', history, id) or ''
        reply[n + 6] = string.sub(record, 1, bar + options)
        reply[n + 7] = redis.call('HEXISTS', stops, id)
        reply[n + 8] = string.match(redis.call('HGET', attempts, id) or '', '@(%d+)') or ''
        reply[n + 9] = string.format('%.0f', beaten)
      end
    end
  end
  if held == 0 then
    redis.call('ZREM', workers, worker)
    redis.call('HDEL', leases, worker)
    if redis.call('HEXISTS', held_by, '@reaped') == 1 then
      -- Kept for a while, so that it is told when it comes back after a long stop.
      redis.call('PEXPIRE', held_by, 3600000)
    else
      redis.call('DEL', held_by)
    end
  end
  if left <= 0 then break end
end
return reply
