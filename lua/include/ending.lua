-- The one way a task or an attempt is over. What must be freed or told then is freed and told here, and nowhere else.

-- Attempts are over, whatever becomes of their tasks: answers how many of the ids were held. A full queue has room
-- again; the script that ended them wakes who waits for it (`wake_waiting`) when it is done.
local function let_go(mine, ids, count)
  local freed = redis.call('HDEL', mine, unpack(ids, 1, count))
  if switched ~= '' then
@include switch
    switch('f', false)
  end
  return freed
end

-- Tasks are over: completed, dead or cancelled. `texts` holds id and ending of each, from `from` on.
-- KEYS endings
local function ended(state, ids, count, texts, from, tied)
  redis.call('HSET', endings, unpack(texts, from))
  if state == 'completed' then
@keys finished
    redis.call('RPUSH', finished, unpack(ids, 1, count))
  else
@keys dead cancelled
    local scored = {}
    for i = 1, count do scored[2 * i - 1], scored[2 * i] = at, ids[i] end
    redis.call('ZADD', state == 'dead' and dead or cancelled, unpack(scored))
  end
  if not tied then return end
@keys ties unique
@include ties
  for i = 1, count do
    for _, one in ipairs(ties_of(redis.call('HGET', ties, ids[i]) or '')) do
      if redis.call('HGET', unique, one.name) == ids[i] then redis.call('HDEL', unique, one.name) end
    end
  end
end
