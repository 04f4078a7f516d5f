#!lua flags=allow-oom
-- claim: record completions of what a worker holds, then hand it ready tasks of its lanes, in their order.
-- KEYS tasks inflight ready
-- ARGV birth worker served nonce want lease | token (each), then id ending (each)
--   served: lanes in the order they are taken from, with a space between
--   token: '' when it is the one before it. Tasks claimed together share theirs.
--   lease below 0: it was set a moment ago and stands, unless nothing is known of this worker
-- REPLY one text: head id record id record …, with the separator between them | unopened
--   head: `ok <now>`, and where there is more to tell: `ok|reaped <now> <words> <nextDue> <laneCount> <claimedAt>
--   <more> <seen>`, with `-` for nothing
--   words: one letter per completion (o ok, a already, l lost), - when all are ok
--   nextDue, laneCount: - and 0 when they were not looked at, which is so for most claims that are satisfied
--   more: 1 when the reply was full before the lists were empty
--   seen: `index:attempt:failures,…` of the tasks that were attempted before
-- In no id and no record: see record.ts.
local SEPARATOR = '\30'
local call, sub = redis.call, string.sub
local mine = inflight .. worker
local endingCount = (#ARGV - rest) / 3
local left = tonumber(want)
local words, nextDue, laneCount, more = '-', '-', 0, 0

-- Even and odd nonces are two lines of claims, each answered in its order, so that two may be under way.
local turn = tonumber(nonce)
local line = turn % 2 == 0 and '@0' or '@1'
local ids = {}
for i = 1, endingCount do ids[i] = ARGV[rest + endingCount + 2 * i - 1] end
ids[endingCount + 1] = line
ids[endingCount + 2] = '@reaped'
local held = call('HMGET', mine, unpack(ids))
local last = held[endingCount + 1]
local reaped = held[endingCount + 2]
-- A nonce names the birth of the partition it was set in, and goes with everything else when that is emptied: where
-- this worker's last one stands, the partition is the one its caller knows.
if not last or sub(last, 1, #birth) ~= birth then
@keys layout
  if call('GET', layout) ~= birth then return 'unopened' end
end
@include clock

if endingCount > 0 then
@keys endings finished
  local token, refused = '', false
  for i = 1, endingCount do
    local given = ARGV[rest + i]
    if given ~= '' then token = given end
    held[i] = held[i] == token
    if not held[i] then refused = true end
  end
  local first = rest + endingCount
  local own, count = ids, endingCount
  if not refused then
    call('HSET', endings, unpack(ARGV, first + 1))
  else
    local letters, put = {}, {}
    own, count = {}, 0
    for i = 1, endingCount do
      local ending = ARGV[first + 2 * i]
      if held[i] then
        letters[i] = 'o'
        count = count + 1
        own[count] = ids[i]
        put[2 * count - 1] = ids[i]
        put[2 * count] = ending
      elseif call('HGET', endings, ids[i]) == ending then
        letters[i] = 'a'
      else
        letters[i] = 'l'
      end
    end
    words = table.concat(letters)
    if count > 0 then call('HSET', endings, unpack(put)) end
  end
  if count > 0 then
    if call('HDEL', mine, unpack(own, 1, count)) < count then
      -- Some id was named twice in this call; it ends once.
      local once, listed = {}, {}
      for i = 1, count do
        if not listed[own[i]] then once[#once + 1] = own[i] end
        listed[own[i]] = true
      end
      own, count = once, #once
    end
    call('RPUSH', finished, unpack(own, 1, count))
  end
end

local claimedAt = at
local seen, reply = {}, {}
local word = 'ok'
-- The lease and the nonces go together: without a nonce there may be no lease, and nobody would take these tasks back.
local renews = not last or tonumber(lease) > 0
local handed = false

local before = last and tonumber(sub(last, #birth + 1)) or -1
if left <= 0 then
  -- Only completions were to be recorded.
elseif reaped then
  -- Its lease ran out and others have its tasks: it must take a new id.
  word = 'reaped'
elseif before == turn then
@keys failures
  -- The same claim again (its reply was lost): the same tasks, as far as they are still held.
  local holds = call('HGETALL', mine)
  local mark = ':' .. nonce .. ':'
  local count = 0
  handed = true
  for i = 1, #holds, 2 do
    if string.find(holds[i + 1], mark, 1, true) then
      local id = holds[i]
      local attempt, first = string.match(holds[i + 1], '^(%d+):(%d+)')
      claimedAt = first
      seen[#seen + 1] = count .. ':' .. attempt .. ':' .. (call('HGET', failures, id) or '0')
      count = count + 1
      reply[2 * count] = id
      reply[2 * count + 1] = call('HGET', tasks, id) or ''
    end
  end
elseif before < turn then
  -- An older claim than the last one answered does not come here: nobody would learn of what it took.
  -- A token is `<attempt>:<claimed at>:<nonce>:<lane>`; the attempt is put in front below.
  local claimed = ':' .. at .. ':' .. nonce .. ':'
  -- A long value makes Redis keep this hash as a table from the start: as a packed list every look-up scans it.
  local remembered = birth .. '                                                  ' .. nonce
  local holds, holding = { line, remembered }, 2
  local bytes = 0
  -- A reply is about this large at most, and tasks are taken in portions of which even the largest fit in memory.
  local BYTES = 4194304
  local PORTION = 64
@keys attempts failures gone
  local rare = call('EXISTS', attempts, gone) > 0

  local again, looked = true, false
  while again do
    again = false
    for lane in string.gmatch(served, '%S+') do
      local list = ready .. lane
      local from = #lane + 2
      local firstToken = '1' .. claimed .. lane
      local asked, popped = 0, 0
      while left > 0 and bytes < BYTES and popped == asked do
        asked = left < PORTION and left or PORTION
        local members = call('LPOP', list, asked)
        if not members then break end
        popped = #members
        local found = {}
        for i = 1, popped do found[i] = sub(members[i], from) end
        local records = call('HMGET', tasks, unpack(found))
        local removed = rare and call('HMGET', gone, unpack(members))
        local earlier = rare and call('HMGET', attempts, unpack(found))
        local past = rare and call('HMGET', failures, unpack(found))
        for i = 1, popped do
          local id, record = found[i], records[i]
          if bytes >= BYTES then
            -- The reply is full: the rest goes back to the front, in its order.
            for j = popped, i, -1 do call('LPUSH', list, members[j]) end
            break
          end
          if rare and removed[i] and call('HEXISTS', gone, members[i]) == 1 then
            -- Counted, because an id may be cancelled, pruned, made anew and cancelled again while it stands here.
            if call('HINCRBY', gone, members[i], -1) == 0 then call('HDEL', gone, members[i]) end
          elseif record then
            local token = firstToken
            if rare and earlier[i] then
              local attempt = tonumber(earlier[i]) + 1
              token = attempt .. claimed .. lane
              seen[#seen + 1] = (holding - 2) / 2 .. ':' .. attempt .. ':' .. (past[i] or '0')
            end
            left = left - 1
            bytes = bytes + #record
            holds[holding + 1] = id
            holds[holding + 2] = token
            reply[holding] = id
            reply[holding + 1] = record
            holding = holding + 2
          end
        end
      end
    end

    -- What a satisfied claim need not know it looks at now and then: new lanes, and overdue tasks that nobody promoted.
    if not looked and (left > 0 and bytes < BYTES or turn % 16 < 2) then
      looked = true
@keys due lanes
      laneCount = call('HLEN', lanes)
      local head = call('ZRANGE', due, 0, 0, 'WITHSCORES')
      if head[2] and tonumber(head[2]) <= now then
@include wake
@include promotion
        promotion(100)
        again = true
        head = call('ZRANGE', due, 0, 0, 'WITHSCORES')
      end
      nextDue = head[2] or '-'
    end
  end

  if bytes >= BYTES then more = 1 end

  if holding > 2 then
    call('HSET', mine, unpack(holds))
    handed = true
  elseif last then
    -- Remembered even so: a late copy of an older claim must not hand out tasks that nobody would learn of.
    call('HSET', mine, line, remembered)
  end
  -- Whoever leaves work behind sees to it that somebody else is woken.
  if left <= 0 or more > 0 then
@include wake
    for lane in string.gmatch(served, '%S+') do
      if call('EXISTS', ready .. lane) == 1 then wake(lane) end
    end
  end
end
if handed and renews then
  local ends = string.format('%.0f', now + math.abs(tonumber(lease)))
@keys workers
  call('ZADD', workers, ends, worker)
end

local head = word .. ' ' .. at
if word ~= 'ok' or words ~= '-' or laneCount > 0 or more > 0 or #seen > 0 or claimedAt ~= at then
  local past = #seen > 0 and table.concat(seen, ',') or '-'
  head = table.concat({ head, words, nextDue, laneCount, claimedAt, more, past }, ' ')
end
reply[1] = head
return table.concat(reply, SEPARATOR)
