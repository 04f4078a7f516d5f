-- Tasks that are deleted without an ending, as when a schedule takes its runs back: to children that wait for them they
-- are cancelled.
-- KEYS tasks ties
local function without_ending(id)
  if switched == '' or not string.find(switched, 'a', 1, true) or redis.call('HEXISTS', tasks, id) == 1 then return end
@include asked-of
  asked_of('x', { id }, 1)
end
-- Answers how many there were.
local function delete_task(id)
  local deleted = redis.call('HDEL', tasks, id)
  redis.call('HDEL', ties, id)
  without_ending(id)
  return deleted
end
