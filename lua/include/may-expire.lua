-- A task that has not begun is to be cancelled at a time: `expires` says when. Whoever begins or ends it takes it out.
-- Whoever uses it includes `switch`.
-- KEYS expires
local function may_expire(id, by)
  redis.call('ZADD', expires, string.format('%.0f', by), id)
  switch('e', true)
end
