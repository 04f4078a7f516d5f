-- The one way a task or an attempt is over. What must be freed or told then is freed and told here, and nowhere else.

-- Attempts are over, whatever becomes of their tasks: answers how many of the ids were held. A full queue has room
-- again; the script that ended them wakes who waits for it (`wake_waiting`) when it is done.
-- `tied`: some are of a lane that is not plain. `opened`: lanes in which a key may go on are put in there, not woken.
local function let_go(mine, ids, count, tied, opened)
  local freed = redis.call('HDEL', mine, unpack(ids, 1, count))
  if switched ~= '' then
@include switch
    switch('f', false)
    if tied and string.find(switched, 'k', 1, true) then
@include ending-slots
    end
  end
  return freed
end

-- Tasks are over: completed, dead or cancelled. `texts` holds id and ending of each, from `from` on.
-- `tied`: some are of a lane that is not plain. `opened`: as in let_go.
-- KEYS endings
local function ended(state, ids, count, texts, from, tied, opened)
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
  if switched ~= '' and string.find(switched, 'c', 1, true) then
@keys stops
@include switch
    redis.call('HDEL', stops, unpack(ids, 1, count))
    switch('c', redis.call('EXISTS', stops) == 1)
  end
@include ending-told
  if switched ~= '' and string.find(switched, 'a', 1, true) then
@include asked-of
    asked_of(state == 'completed' and 'c' or state == 'dead' and 'd' or 'x', ids, count)
  end
  if not tied then return end
@keys ties schedules successes
@include ties
@include wake
@include ready
@include run-over
@include free-key
  local some_wait = redis.call('EXISTS', parked) == 1
  local text_of = {}
  for i = from, #texts, 2 do text_of[texts[i]] = texts[i + 1] end
  for i = 1, count do
    local schedule = string.match(ids[i], '^([^!+@]+)@%d')
    if schedule then
      uncounted(schedule, ids[i])
      if state == 'completed' and redis.call('HEXISTS', schedules, schedule) == 1 then
        redis.call('HSET', successes, schedule, ids[i] .. ' ' .. text_of[ids[i]])
      end
      if some_wait then hand_on(schedule) end
    end
    for _, one in ipairs(ties_of(redis.call('HGET', ties, ids[i]) or '')) do
      if one.letter == 'r' then
@include ending-kept
        keep(ids[i], state, one.name)
      elseif one.letter == 'k' then
@include ending-heads
      else
        free_key(one, ids[i])
      end
    end
  end
end
