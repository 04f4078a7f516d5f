-- Tasks of one lane wait for a worker from now on, behind those that do already or before them, in their order.
-- Every way into a ready list leads through here.
-- KEYS ready
local function became_ready(lane, members, ahead)
  local list = ready .. lane
  if ahead then
    for i = #members, 1, -1 do redis.call('LPUSH', list, members[i]) end
  else
    redis.call('RPUSH', list, unpack(members))
  end
  wake(lane)
end
