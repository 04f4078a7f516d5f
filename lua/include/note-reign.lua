-- Writes down what became of a leader; the last few hundred lines are kept.
-- KEYS reigns
local MOST_LINES = 400
local function note_reign(line)
  redis.call('RPUSH', reigns, line)
  redis.call('LTRIM', reigns, -MOST_LINES, -1)
end
