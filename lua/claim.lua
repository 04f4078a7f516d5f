#!lua flags=allow-oom
-- claim: record completions of what a worker holds, then hand it ready tasks of its lanes, in their order.
-- KEYS layout tasks inflight workers endings finished attempts failures gone due lanes | ready
-- ARGV prefix worker nonce want lease | lane (as many as ready lists), then: id token ending
-- REPLY ok|reaped now words nextDue laneCount seen claimedAt more | id record
--   words: one letter per completion (o ok, a already, l lost), '' when all are ok
--   more: 1 when the reply was full before the lists were empty
--   seen: `index:attempt:failures,…` of the tasks that were attempted before
@include opened
@include clock
@include ring
@include promotion
local lists = #KEYS - restKeys
local first = rest + lists
local endingCount = (#ARGV - first) / 3
local words = ''

if endingCount > 0 then
  local ids = {}
  for i = 1, endingCount do ids[i] = ARGV[first + 3 * i - 2] end
  local held = redis.call('HMGET', inflight, unpack(ids))
  local mine, put, count = {}, {}, 0
  for i = 1, endingCount do
    if held[i] == ARGV[first + 3 * i - 1] then
      count = count + 1
      mine[count] = ids[i]
      put[2 * count - 1] = ids[i]
      put[2 * count] = ARGV[first + 3 * i]
    end
  end
  if count < endingCount then
    local letters = {}
    for i = 1, endingCount do
      if held[i] == ARGV[first + 3 * i - 1] then
        letters[i] = 'o'
      elseif redis.call('HGET', endings, ids[i]) == ARGV[first + 3 * i] then
        letters[i] = 'a'
      else
        letters[i] = 'l'
      end
    end
    words = table.concat(letters)
  end
  if count > 0 then
    if redis.call('HDEL', inflight, unpack(mine)) < count then
      -- Some id was named twice in this call; it ends once.
      local once, listed = {}, {}
      for i = 1, count do
        if not listed[mine[i]] then once[#once + 1] = mine[i] end
        listed[mine[i]] = true
      end
      mine = once
    end
    redis.call('HSET', endings, unpack(put))
    redis.call('RPUSH', finished, unpack(mine))
  end
end

local reply = { 'ok', now, words, '', 0, '', '', 0 }
local head_length = #reply
local left = tonumber(want)
if left <= 0 then return reply end

-- Overdue tasks are promoted on the way, so that workers alone deliver delays and retries.
local head = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
if head[2] and tonumber(head[2]) <= now then
  promotion(100)
  head = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
end
reply[4] = head[2] or ''
reply[5] = redis.call('HLEN', lanes)

local ids, tokens, count = {}, {}, 0
-- A token is `<attempt>:<claimed at>:<nonce>:<lane>`; the attempt is put in front below.
local claimedAt = string.format('%.0f', now)
local claimed = ':' .. claimedAt .. ':' .. nonce .. ':'

-- Even and odd nonces are two lines of claims, each answered in its order, so that two may be under way.
local line = '@' .. tonumber(nonce) % 2
local known = redis.call('HMGET', inflight, line, '@reaped')
local last = known[1]
if known[2] then
  -- Its lease ran out and others have its tasks: it must take a new id.
  reply[1] = 'reaped'
  return reply
end
if last and tonumber(last) > tonumber(nonce) then return reply end
if last and tonumber(last) == tonumber(nonce) then
  -- The same claim again (its reply was lost): the same tasks, as far as they are still held.
  local holds = redis.call('HGETALL', inflight)
  local mark = ':' .. nonce .. ':'
  local seen = {}
  redis.call('ZADD', workers, string.format('%.0f', now + tonumber(lease)), worker)
  for i = 1, #holds, 2 do
    if string.find(holds[i + 1], mark, 1, true) then
      count = count + 1
      ids[count] = holds[i]
      tokens[count] = holds[i + 1]
    end
  end
  if count > 0 then
    local records = redis.call('HMGET', tasks, unpack(ids))
    local past = redis.call('HMGET', failures, unpack(ids))
    for i = 1, count do
      reply[head_length + 2 * i - 1] = ids[i]
      reply[head_length + 2 * i] = records[i]
      local attempt, at = string.match(tokens[i], '^(%d+):(%d+)')
      seen[i] = i - 1 .. ':' .. attempt .. ':' .. (past[i] or '0')
      reply[7] = at
    end
    reply[6] = table.concat(seen, ',')
  end
  return reply
end

-- A reply is about this large at most, and tasks are taken in portions of which even the largest fit in memory.
local BYTES = 4194304
local PORTION = 64
local bytes = 0
local attempted = redis.call('EXISTS', attempts) == 1
local removals = redis.call('EXISTS', gone) == 1
-- A long value makes Redis keep this hash as a table from the start: as a packed list every look-up scans it.
local holds, seen = { line, string.format('%70s', nonce) }, {}
for l = 1, lists do
  local lane = ARGV[rest + l]
  local from = #lane + 2
  while left > 0 and bytes < BYTES do
    local members = redis.call('LPOP', KEYS[restKeys + l], math.min(left, PORTION))
    if not members then break end
    local popped = #members
    ids = {}
    for i = 1, popped do ids[i] = string.sub(members[i], from) end
    local records = redis.call('HMGET', tasks, unpack(ids))
    local removed = removals and redis.call('HMGET', gone, unpack(members))
    local earlier = attempted and redis.call('HMGET', attempts, unpack(ids))
    local past = attempted and redis.call('HMGET', failures, unpack(ids))
    for i = 1, popped do
      local id = ids[i]
      if removed and removed[i] and redis.call('HEXISTS', gone, members[i]) == 1 then
        -- Counted, because an id may be cancelled, pruned, made anew and cancelled again while it stands here.
        if redis.call('HINCRBY', gone, members[i], -1) == 0 then redis.call('HDEL', gone, members[i]) end
      elseif records[i] then
        local attempt = 1
        if attempted and earlier[i] then
          attempt = tonumber(earlier[i]) + 1
          seen[#seen + 1] = count .. ':' .. attempt .. ':' .. (past[i] or '0')
        end
        count = count + 1
        left = left - 1
        bytes = bytes + #records[i]
        holds[2 * count + 1] = id
        holds[2 * count + 2] = attempt .. claimed .. lane
        reply[head_length + 2 * count - 1] = id
        reply[head_length + 2 * count] = records[i]
      end
    end
  end
end
reply[6] = table.concat(seen, ',')
reply[7] = claimedAt
if bytes >= BYTES then reply[8] = 1 end

if count == 0 and last then
  -- Remembered even so: a late copy of an older claim must not hand out tasks that nobody would learn of.
  redis.call('HSET', inflight, line, string.format('%70s', nonce))
end
if count > 0 then
  redis.call('HSET', inflight, unpack(holds))
  redis.call('ZADD', workers, string.format('%.0f', now + tonumber(lease)), worker)
end
-- Whoever leaves work behind sees to it that somebody else is woken.
if left <= 0 or bytes >= BYTES then
  for l = 1, lists do
    if redis.call('EXISTS', KEYS[restKeys + l]) == 1 then ring(ARGV[rest + l]) end
  end
end
return reply
