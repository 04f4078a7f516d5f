-- When something happens here by itself: the next task comes due, or a closed rate opens.
-- KEYS due
local function next_due()
  local head = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')[2]
  if switched ~= '' and string.find(switched, 'x', 1, true) then
@keys opens
    local other = redis.call('ZRANGE', opens, 0, 0, 'WITHSCORES')[2]
    if other and (not head or tonumber(other) < tonumber(head)) then head = other end
  end
  return head
end
