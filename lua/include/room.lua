-- How many more tasks may run in this queue: none while it is paused, else what `concurrency` leaves of what all its
-- workers hold. It is counted anew each time, so that there is nothing to seed and nothing leaks.
-- KEYS settings workers inflight
local function room()
  if string.find(switched, 'p', 1, true) then return 0 end
  if not string.find(switched, 'l', 1, true) then return math.huge end
  local free = tonumber(redis.call('HGET', settings, 'concurrency'))
  for _, one in ipairs(redis.call('ZRANGE', workers, 0, -1)) do
    local holds = inflight .. one
    free = free - redis.call('HLEN', holds)
    -- Fields that begin with @ are no holds.
    for _, mark in ipairs(redis.call('HMGET', holds, '@0', '@1', '@reaped')) do
      if mark then free = free + 1 end
    end
  end
  return free
end
