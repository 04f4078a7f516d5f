-- Ends what has not begun in time, wherever it waits. Answers how many it looked at: as many as `limit`, there may be more.
-- Whoever uses it includes `switch`, `wake`, `ready`, `late`.
-- KEYS expires tasks endings
@include ledger
@include ending
@include parked
@include children
@include waiting-end
local function expire(limit)
  local overdue = redis.call('ZRANGE', expires, '-inf', at, 'BYSCORE', 'LIMIT', 0, limit)
  for _, id in ipairs(overdue) do
    redis.call('ZREM', expires, id)
    -- A run that was taken back leaves its row.
    if redis.call('HEXISTS', tasks, id) == 1 and redis.call('HEXISTS', endings, id) == 0 then
      end_waiting(id, '"expired"')
    end
  end
  -- The last one may have begun in time.
  if redis.call('EXISTS', expires) == 0 then switch('e', false) end
  return #overdue
end
