-- Tasks of one lane wait for a worker from now on, behind those that do already or before them, in their order.
-- Every way into a ready list leads through here. Codes of keyed lanes begin with `#`, `%` or `&`, bytes below 39; members
-- of those may be of several lanes, and `lane` is one of them.
-- KEYS ready
local function became_ready(lane, members, ahead)
  if string.byte(lane) < 39 then
@include keyed-ready
    return
  end
  local list = ready .. lane
  if ahead then
    for i = #members, 1, -1 do redis.call('LPUSH', list, members[i]) end
  else
    redis.call('RPUSH', list, unpack(members))
  end
  wake(lane)
end
