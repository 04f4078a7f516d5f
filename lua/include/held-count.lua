-- How many tasks all workers hold together.
-- KEYS workers inflight
local function held_count()
  local count = 0
  for _, one in ipairs(redis.call('ZRANGE', workers, 0, -1)) do
    local holds = inflight .. one
    count = count + redis.call('HLEN', holds)
    -- Fields that begin with @ are no holds.
    for _, mark in ipairs(redis.call('HMGET', holds, '@0', '@1', '@reaped')) do
      if mark then count = count - 1 end
    end
  end
  return count
end
