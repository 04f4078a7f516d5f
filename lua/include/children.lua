-- Tasks that wait for their parents: in `children` by their member `<lane>:<id>`, and in `parents` a row
-- `<id> <parent>` for each that they wait for.
-- KEYS children parents
local function parents_awaited(id, limit)
  return redis.call('ZRANGE', parents, '[' .. id .. ' ', '(' .. id .. '!', 'BYLEX', 'LIMIT', 0, limit)
end
-- Takes one out; answers whether it was there.
local function take_child(lane, id)
  local taken = redis.call('ZREM', children, lane .. ':' .. id)
  if taken == 1 then redis.call('ZREMRANGEBYLEX', parents, '[' .. id .. ' ', '(' .. id .. '!') end
  return taken
end
