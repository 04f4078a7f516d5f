-- A task with a retention of its own has ended: when it goes stands in `keeps`. Among those that completed, which go in
-- the order of their list, it would be in the way: it stands aside from the beginning, the dead and the cancelled once
-- their own retention would have taken them (see prune.lua).
-- KEYS keeps kept finished
local function keep(id, state, length)
  redis.call('ZADD', keeps, string.format('%.0f', now + tonumber(length)), id)
  if state ~= 'completed' then return end
  -- It is among the last that were put there.
  redis.call('LREM', finished, -1, id)
  redis.call('ZADD', kept .. state, at, id)
end
