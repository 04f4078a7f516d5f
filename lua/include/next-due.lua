-- When something happens here by itself: the next task comes due or has expired, or a closed rate opens; and the
-- `<lane>:<id>` of a task that it concerns. Nothing for never.
-- KEYS due
local function next_due()
  local head = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
  local first, member = head[2], head[1]
  if switched ~= '' and string.find(switched, 'x', 1, true) then
@keys opens
    local other = redis.call('ZRANGE', opens, 0, 0, 'WITHSCORES')[2]
    if other and (not first or tonumber(other) < tonumber(first)) then first = other end
  end
  if switched ~= '' and string.find(switched, 'e', 1, true) then
@keys expires tasks
    local soon = redis.call('ZRANGE', expires, 0, 0, 'WITHSCORES')
    if soon[2] and (not first or tonumber(soon[2]) < tonumber(first)) then
      local record = redis.call('HGET', tasks, soon[1])
      first, member = soon[2], record and string.match(record, '^%S+') .. ':' .. soon[1] or member
    end
  end
  return first, member
end
