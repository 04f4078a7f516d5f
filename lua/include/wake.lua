-- Wakes one worker of a lane: leaves a token; one that is there already serves as well.
-- KEYS wakes
local function wake(lane)
  local token = wakes .. lane
  if redis.call('LLEN', token) == 0 then redis.call('RPUSH', token, '1') end
end
