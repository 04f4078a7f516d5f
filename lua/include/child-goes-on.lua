-- A task that waited for others goes on where it waits for none any more: it is ready, or waits for its time; then
-- answers when that is.
-- Whoever uses it includes `children`, `ready`, `switch`.
-- KEYS children due
@include note-moved
local function child_goes_on(lane, id)
  local member = lane .. ':' .. id
  local due_at = redis.call('ZSCORE', children, member)
  if not due_at or #parents_awaited(id, 1) > 0 then return nil end
  redis.call('ZREM', children, member)
  local waits = tonumber(due_at) > now
  note_moved(id, lane, waits and 'scheduled' or 'ready', 0)
  if not waits then
    became_ready(lane, { member })
    return nil
  end
  redis.call('ZADD', due, due_at, member)
  return due_at
end
