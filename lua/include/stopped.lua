-- What was asked to stop ends cancelled, whatever its attempt came to, and keeps the reason: the ending is `x`, the time,
-- the attempt, and behind a line break the reason. `ending`: what was sent, an attempt with or without a letter before.
-- KEYS stops
local function stopped_ending(asked, ending)
  return 'x' .. at .. string.match(ending, '%[.*$') .. '\n' .. string.match(asked, '^%d+(.*)$')
end
