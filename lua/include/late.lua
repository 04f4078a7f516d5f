-- Runs of schedules that came due too late to run without being judged. Their members are `<id>:<lane>` and all have
-- the score 0, so that those of one schedule stand together.
-- KEYS late
local function late_member(lane, id)
  return id .. ':' .. lane
end
local function late_of(schedule, limit)
  -- Behind the at sign stands a digit, and before a colon comes nothing else.
  return redis.call('ZRANGE', late, '[' .. schedule .. '@', '(' .. schedule .. '@:', 'BYLEX', 'LIMIT', 0, limit)
end
