-- Wakes one worker of a lane: leaves a token; one that is there already serves as well. A queue that is closed, paused,
-- full or by its rate, wakes nobody: who opens it does.
-- KEYS wakes
local function wake(lane)
  if switched ~= '' and string.find(switched, '[pfz]') then return end
  local token = wakes .. lane
  if redis.call('LLEN', token) == 0 then redis.call('RPUSH', token, '1') end
end
