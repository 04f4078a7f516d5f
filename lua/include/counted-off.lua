-- Tasks of a keyed lane are ready no longer.
-- KEYS keyCounts
local function counted_off(lane, count)
  if redis.call('HINCRBY', keyCounts, lane, -count) <= 0 then redis.call('HDEL', keyCounts, lane) end
end
