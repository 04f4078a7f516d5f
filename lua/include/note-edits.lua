-- Remembers which schedules were edited last, so that who keeps many of them in memory reads only those anew. All of one
-- call have one time, later than those before it whatever the clock does.
-- KEYS edits
local MOST_EDITS, EDITS_REMEMBERED = 1000, 3600000
local function note_edits(ids)
  if #ids == 0 then return end
  local last = redis.call('ZRANGE', edits, -1, -1, 'WITHSCORES')[2]
  local stamp = string.format('%.0f', math.max(1000 * now, last and tonumber(last) + 1 or 0))
  for _, id in ipairs(ids) do redis.call('ZADD', edits, stamp, id) end
  -- Those of one time go together.
  local over = redis.call('ZCARD', edits) - MOST_EDITS
  if over > 0 then redis.call('ZREMRANGEBYRANK', edits, 0, over - 1) end
  redis.call('PEXPIRE', edits, EDITS_REMEMBERED)
end
