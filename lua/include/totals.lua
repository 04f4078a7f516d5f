-- What a queue has done since it was empty last, made of what stands there anyway, so that a task that is made, handed out
-- and completed costs nothing for it. Counted are only records that prune deletes (`deleted`, and `completed` of them),
-- attempts that end otherwise than by a completion (`over`), and of these the failed ones (`failed`).
-- Runs that their schedule takes back are as good as never made.
-- `all`: records there are; `running`, `completed`: tasks in these states.
-- KEYS counters
local function totals(all, running, completed)
  local counted = redis.call('HMGET', counters, 'deleted', 'completed', 'over', 'failed')
  for i = 1, 4 do counted[i] = tonumber(counted[i] or '0') end
  local completions = completed + counted[2]
  return all + counted[1], running + completions + counted[3], completions, counted[4]
end
