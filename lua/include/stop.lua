-- Asks the worker that holds a task to stop it. It is cancelled when its attempt is over, however that ends (see
-- stopped.lua); the token tells the worker at once, its beat tells it again until then.
-- Whoever uses it includes `switch`.
-- KEYS stops wakes
local function ask_to_stop(id, worker, reason)
  if redis.call('HSETNX', stops, id, at .. reason) == 0 then return end
  switch('c', true)
  local token = wakes .. '!' .. worker
  if redis.call('LLEN', token) == 0 then redis.call('RPUSH', token, '1') end
  -- A worker that is gone takes no token.
  redis.call('PEXPIRE', token, 60000)
end
