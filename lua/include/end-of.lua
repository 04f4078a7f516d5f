-- What became of a task: u unknown, w it has not ended, c completed, d dead, x cancelled.
-- KEYS tasks endings dead cancelled kept
local function end_of(id)
  if redis.call('HEXISTS', tasks, id) == 0 then return 'u' end
  if redis.call('HEXISTS', endings, id) == 0 then return 'w' end
  if redis.call('ZSCORE', dead, id) or redis.call('ZSCORE', kept .. 'dead', id) then return 'd' end
  if redis.call('ZSCORE', cancelled, id) or redis.call('ZSCORE', kept .. 'cancelled', id) then return 'x' end
  return 'c'
end
