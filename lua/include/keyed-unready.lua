-- A task of a keyed lane that nobody holds is taken out of what is ready; answers whether it stood there.
-- Whoever uses it includes `wake`.
-- KEYS ties
@include key-in
@include gate
@include counted-off
local function unready(lane, id)
  local key = key_in(redis.call('HGET', ties, id))
  local list = ready .. lane .. ':' .. (key or '')
  if not key or redis.call('ZREM', list, id) == 0 then return false end
  counted_off(lane, 1)
  if redis.call('EXISTS', list) == 0 then
    redis.call('SREM', keyLanes .. key, lane)
    redis.call('ZREM', ready .. lane, key)
  end
  gate(key)
  return true
end
