-- A stored schedule begins with its revision and a colon; what follows is never read here.
-- KEYS schedules
local function revision_in(stored)
  return string.match(stored, '^%w*')
end
