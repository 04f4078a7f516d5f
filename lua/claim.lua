#!lua flags=allow-oom
-- claim: record completions of what a worker holds, then hand it ready tasks of its lanes, in their order.
-- KEYS layout tasks inflight | ready
-- ARGV life prefix nonce want lease | id token ending
--   lease below 0: it was set a moment ago and stands, unless nothing is known of this worker
--   Every key and argument costs a call some 0.4 microseconds, here and in the client: what follows from others is
--   derived here. All of it lies under the same prefix.
-- REPLY head | id record
--   head: `ok <now>`, and where there is more to tell: `ok|reaped <now> <words> <nextDue> <laneCount> <claimedAt>
--   <more> <seen>`, with `-` for nothing
--   words: one letter per completion (o ok, a already, l lost), - when all are ok
--   nextDue, laneCount: - and 0 when they were not looked at, which is so for most claims that are satisfied
--   more: 1 when the reply was full before the lists were empty
--   seen: `index:attempt:failures,…` of the tasks that were attempted before
@include alive
@include clock
@include ring
local due = prefix .. 'due'
@include promotion
local call = redis.call
local lists = #KEYS - restKeys
local endingCount = (#ARGV - rest) / 3
local left = tonumber(want)
local words, nextDue, laneCount, more = '-', '-', 0, 0

-- Even and odd nonces are two lines of claims, each answered in its order, so that two may be under way.
local turn = tonumber(nonce)
local line = '@' .. turn % 2
local ids = {}
for i = 1, endingCount do ids[i] = ARGV[rest + 3 * i - 2] end
ids[endingCount + 1] = line
ids[endingCount + 2] = '@reaped'
local held = call('HMGET', inflight, unpack(ids))
local last = held[endingCount + 1]
local reaped = held[endingCount + 2]

if endingCount > 0 then
  local mine, put, count = {}, {}, 0
  for i = 1, endingCount do
    if held[i] == ARGV[rest + 3 * i - 1] then
      count = count + 1
      mine[count] = ids[i]
      put[2 * count - 1] = ids[i]
      put[2 * count] = ARGV[rest + 3 * i]
    end
  end
  if count < endingCount then
    local letters = {}
    for i = 1, endingCount do
      if held[i] == ARGV[rest + 3 * i - 1] then
        letters[i] = 'o'
      elseif call('HGET', prefix .. 'endings', ids[i]) == ARGV[rest + 3 * i] then
        letters[i] = 'a'
      else
        letters[i] = 'l'
      end
    end
    words = table.concat(letters)
  end
  if count > 0 then
    if call('HDEL', inflight, unpack(mine)) < count then
      -- Some id was named twice in this call; it ends once.
      local once, listed = {}, {}
      for i = 1, count do
        if not listed[mine[i]] then once[#once + 1] = mine[i] end
        listed[mine[i]] = true
      end
      mine = once
    end
    call('HSET', prefix .. 'endings', unpack(put))
    call('RPUSH', prefix .. 'finished', unpack(mine))
  end
end

local at = string.format('%.0f', now)
local claimedAt = at
local seen, reply = {}, {}
local function answer(word)
  local head = word .. ' ' .. at
  if word ~= 'ok' or words ~= '-' or laneCount > 0 or more > 0 or #seen > 0 or claimedAt ~= at then
    local past = #seen > 0 and table.concat(seen, ',') or '-'
    head = table.concat({ head, words, nextDue, laneCount, claimedAt, more, past }, ' ')
  end
  reply[1] = head
  return reply
end
if left <= 0 then return answer('ok') end
-- Its lease ran out and others have its tasks: it must take a new id.
if reaped then return answer('reaped') end
local renewal = tonumber(lease)
local function renew()
  -- The lease and the nonces go together: without a nonce there may be no lease, and nobody would take these tasks back.
  if renewal > 0 or not last then
    local worker = string.sub(inflight, #prefix + #'inflight:' + 1)
    call('ZADD', prefix .. 'workers', string.format('%.0f', now + math.abs(renewal)), worker)
  end
end

if last and tonumber(last) >= turn then
  -- An older claim than the last one answered: it must not take what nobody would learn of.
  if tonumber(last) > turn then return answer('ok') end
  -- The same claim again (its reply was lost): the same tasks, as far as they are still held.
  local holds = call('HGETALL', inflight)
  local mark = ':' .. nonce .. ':'
  local count = 0
  renew()
  for i = 1, #holds, 2 do
    if string.find(holds[i + 1], mark, 1, true) then
      local id = holds[i]
      local attempt, first = string.match(holds[i + 1], '^(%d+):(%d+)')
      claimedAt = first
      seen[#seen + 1] = count .. ':' .. attempt .. ':' .. (call('HGET', prefix .. 'failures', id) or '0')
      count = count + 1
      reply[2 * count] = id
      reply[2 * count + 1] = call('HGET', tasks, id)
    end
  end
  return answer('ok')
end

-- A token is `<attempt>:<claimed at>:<nonce>:<lane>`; the attempt is put in front below.
local claimed = ':' .. at .. ':' .. nonce .. ':'
-- A long value makes Redis keep this hash as a table from the start: as a packed list every look-up scans it.
local holds = { line, string.format('%70s', nonce) }
local count, bytes = 0, 0
-- A reply is about this large at most, and tasks are taken in portions of which even the largest fit in memory.
local BYTES = 4194304
local PORTION = 64
local attempts, gone = prefix .. 'attempts', prefix .. 'gone'
local rare = call('EXISTS', attempts, gone) > 0

local function take(list)
  local lane = string.sub(list, #prefix + #'ready:' + 1)
  local from = #lane + 2
  while left > 0 and bytes < BYTES do
    local asked = left < PORTION and left or PORTION
    local members = call('LPOP', list, asked)
    if not members then return end
    local popped = #members
    local found = {}
    for i = 1, popped do found[i] = string.sub(members[i], from) end
    local records = call('HMGET', tasks, unpack(found))
    local removed = rare and call('HMGET', gone, unpack(members))
    local earlier = rare and call('HMGET', attempts, unpack(found))
    local past = rare and call('HMGET', prefix .. 'failures', unpack(found))
    for i = 1, popped do
      if bytes >= BYTES then
        -- The reply is full: the rest goes back to the front, in its order.
        for j = popped, i, -1 do call('LPUSH', list, members[j]) end
        return
      end
      local id = found[i]
      if rare and removed[i] and call('HEXISTS', gone, members[i]) == 1 then
        -- Counted, because an id may be cancelled, pruned, made anew and cancelled again while it stands here.
        if call('HINCRBY', gone, members[i], -1) == 0 then call('HDEL', gone, members[i]) end
      elseif records[i] then
        local attempt = 1
        if rare and earlier[i] then
          attempt = tonumber(earlier[i]) + 1
          seen[#seen + 1] = count .. ':' .. attempt .. ':' .. (past[i] or '0')
        end
        count = count + 1
        left = left - 1
        bytes = bytes + #records[i]
        holds[2 * count + 1] = id
        holds[2 * count + 2] = attempt .. claimed .. lane
        reply[2 * count] = id
        reply[2 * count + 1] = records[i]
      end
    end
    if popped < asked then return end
  end
end

for l = 1, lists do take(KEYS[restKeys + l]) end

-- What a satisfied claim need not know it looks at now and then: new lanes, and overdue tasks that nobody promoted.
local hungry = left > 0 and bytes < BYTES
if hungry or turn % 16 < 2 then
  laneCount = call('HLEN', prefix .. 'lanes')
  local head = call('ZRANGE', due, 0, 0, 'WITHSCORES')
  if head[2] and tonumber(head[2]) <= now then
    promotion(100)
    for l = 1, lists do take(KEYS[restKeys + l]) end
    head = call('ZRANGE', due, 0, 0, 'WITHSCORES')
  end
  nextDue = head[2] or '-'
end
if bytes >= BYTES then more = 1 end

if count > 0 then
  call('HSET', inflight, unpack(holds))
  renew()
elseif last then
  -- Remembered even so: a late copy of an older claim must not hand out tasks that nobody would learn of.
  call('HSET', inflight, line, holds[2])
end
-- Whoever leaves work behind sees to it that somebody else is woken.
if left <= 0 or bytes >= BYTES then
  for l = 1, lists do
    local list = KEYS[restKeys + l]
    local lane = string.sub(list, #prefix + #'ready:' + 1)
    if call('LLEN', prefix .. 'wake:' .. lane) == 0 and call('EXISTS', list) == 1 then ring(lane) end
  end
end
return answer('ok')
