-- Where schedules are: `<id> <number of the decision> <its queues>`, in the order of the ids. No id holds a blank, so
-- what stands between `<id> ` and `<id>!` is its own.
-- KEYS placed
local function placed_of(id)
  local entry = redis.call('ZRANGE', placed, '[' .. id .. ' ', '(' .. id .. '!', 'BYLEX', 'LIMIT', 0, 1)[1]
  return entry and string.sub(entry, #id + 2)
end
