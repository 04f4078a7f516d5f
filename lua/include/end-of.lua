-- What became of a task: u unknown, w it has not ended, c completed, d dead, x cancelled.
-- KEYS tasks endings dead cancelled
local function end_of(id)
  if redis.call('HEXISTS', tasks, id) == 0 then return 'u' end
  if redis.call('HEXISTS', endings, id) == 0 then return 'w' end
  if redis.call('ZSCORE', dead, id) then return 'd' end
  return redis.call('ZSCORE', cancelled, id) and 'x' or 'c'
end
