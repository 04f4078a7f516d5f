-- Which tasks with a concurrency key may start. Those of one key that wait in a lane are in `ready:<lane>:<key>`, by
-- their stamps. The key stands in the ring of the lane, `ready:<lane>`, while it may start one of them: whoever takes from
-- a lane takes the first key of its ring, one task of it, and puts the key behind all others. A key that may start
-- nothing falls out of the ring when its turn comes, and `gate` puts it back when an ending, or whatever else kept it
-- closed, has opened it: nobody looks again and again.
-- Under `keyOrder: strict` one task of a key is under way, from its first start to its end, and then the one that has
-- waited longest, of whatever lane: a key stands in the ring of that lane alone.
-- Whoever uses it includes `clock`.
-- KEYS keyed
@include key-rules

-- Whether one more task of this key may start now. Where it is a rate that is closed, it is opened in time.
local function admits(key)
  local opens_at = refusal(key)
  if opens_at and opens_at > now then
@include close-rate
    close_rate(key, opens_at)
  end
  return not opens_at
end

local function behind_all(ring)
  local last = redis.call('ZRANGE', ring, -1, -1, 'WITHSCORES')
  return (tonumber(last[2] or '') or 0) + 1
end

-- Something about this key has changed. `opened`: lanes that it opens are put in there, for whoever wakes them later.
-- Whoever uses it without that includes `wake`.
local function gate(key, opened)
  local lanes_of_key = redis.call('SMEMBERS', keyLanes .. key)
  if #lanes_of_key == 0 then
    if redis.call('EXISTS', slots .. key) == 0 then redis.call('ZREM', keyed, key) end
  elseif admits(key) then
    if rules_of_keys().strict then lanes_of_key = { (next_of(key, lanes_of_key)) } end
    for _, one in ipairs(lanes_of_key) do
      local ring = ready .. one
      if redis.call('ZADD', ring, 'NX', behind_all(ring), key) == 1 then
        if opened then opened[#opened + 1] = one else wake(one) end
      end
    end
  end
end
