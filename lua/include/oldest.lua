-- Since when (ms) the ready task waits that has waited longest. A plain ready list is in the order in which its tasks
-- became ready, but for those that came back to its head: the first few are looked at, by the time they were due, and by
-- the end of their last attempt. Tasks with a concurrency key carry the time at which they became ready: the first one of
-- each key is looked at, of the first keys by name and of those whose turn is next where there are very many.
-- Whoever uses it has `has`, which says whether a switch is on.
-- KEYS ready tasks attempts history gone keyed keyLanes
local FIRST, BEHIND_TOMBSTONES, MOST_KEYS = 4, 64, 200
@include record
local function oldest(codes)
  local found
  local function since(time)
    if time and (not found or time < found) then found = time end
  end
  local retried, buried = has('r'), has('t')
  -- Where nothing has come back the heads are the oldest.
  local many = (has('b') or not retried) and 1 or FIRST
  local function of_task(id)
    local record = redis.call('HGET', tasks, id)
    if not record then return end
    local time = math.max(created_in(record), due_in(record))
    local past = retried and redis.call('HGET', attempts, id)
    if past then
      local ended = string.match(redis.call('HGET', history, id) or '', '[^\n]*$')
      time = math.max(time, tonumber(string.match(ended, '^%[%d+,".-",%d+,(%d+),') or '0'),
        tonumber(string.match(past, '!(%d+)$') or '0'))
    end
    since(time)
  end
  local function of_key(list)
    local stamp = redis.call('ZRANGE', list, 0, 0, 'WITHSCORES')[2]
    if stamp then since(math.floor(tonumber(stamp) / 1000)) end
  end
  local some_keyed = false
  for _, lane in ipairs(codes) do
    if string.byte(lane) < 39 then
      some_keyed = true
    else
      local looked = 0
      local members = redis.call('LRANGE', ready .. lane, 0, (buried and BEHIND_TOMBSTONES or many) - 1)
      local tombstones = buried and #members > 0 and redis.call('HMGET', gone, unpack(members)) or {}
      -- Of one that was put off and is ready again, as many entries as it has tombstones.
      local passed = {}
      for i, member in ipairs(members) do
        if looked == many then break end
        local over = passed[member] or 0
        if over < tonumber(tombstones[i] or 0) then
          passed[member] = over + 1
        else
          looked = looked + 1
          of_task(string.match(member, ':(.*)$'))
        end
      end
    end
  end
  if some_keyed and has('k') then
    for _, key in ipairs(redis.call('ZRANGE', keyed, 0, MOST_KEYS - 1)) do
      for _, lane in ipairs(redis.call('SMEMBERS', keyLanes .. key)) do of_key(ready .. lane .. ':' .. key) end
    end
    if redis.call('ZCARD', keyed) > MOST_KEYS then
      for _, lane in ipairs(codes) do
        if string.byte(lane) < 39 then
          for _, key in ipairs(redis.call('ZRANGE', ready .. lane, 0, FIRST - 1)) do of_key(ready .. lane .. ':' .. key) end
        end
      end
    end
  end
  return found
end
