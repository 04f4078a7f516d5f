-- The state a task is in, in a word; `waiting` where something else than time holds it up.
-- Whoever uses it includes `holder`, `late`.
-- KEYS endings due late attempts
@include parked-facts
local ENDED = { c = 'completed', d = 'dead', x = 'cancelled' }
local function state_of(id, record)
  local ending = redis.call('HGET', endings, id)
  if ending then return ENDED[string.sub(ending, 1, 1)] end
  if holder(id) then return 'running' end
  local lane = string.match(record, '^%S+')
  if redis.call('ZSCORE', due, lane .. ':' .. id) then
    return redis.call('HEXISTS', attempts, id) == 1 and 'retrying' or 'scheduled'
  end
  local waits = redis.call('ZSCORE', late, late_member(lane, id)) or waits_for(lane, id)
  return waits and 'waiting' or 'ready'
end
