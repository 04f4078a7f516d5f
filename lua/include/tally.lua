-- What ended where no worker of its own ended it is counted here by lane and schedule, until somebody takes it (see
-- take-tallies.lua). l: an attempt was lost with its worker, d: a task died, x: it was cancelled.
-- KEYS tallies
local function tally(letter, lane, id)
  local schedule = string.match(id, '^([^!+@]+)@%d')
  redis.call('HINCRBY', tallies, letter .. lane .. (schedule and ' ' .. schedule or ''), 1)
end
