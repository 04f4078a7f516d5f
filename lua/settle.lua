#!lua flags=allow-oom
-- settle: end attempts of one worker other than by completion, each by compare-and-set on its token.
-- KEYS inflight workers due attempts failures history endings stops retrying counters
-- ARGV worker onlyExpired channel queue | id token lane to due failure record since
--   to: retry (at due) head (of its ready list, now) dead cancelled; failure: 1 counts, 0 does not. What was asked to
--   stop is cancelled, whatever `to` says. since: when its first attempt began, where that counts, else ''
-- REPLY ok words owes | unopened
--   words: one letter each: o ok, s the same, and it was asked to stop, a already, l lost; owes: 1 when the outbox holds
--   something
@include opened
@include clock
@include switch
@include wake
@include wake-waiting
@include ready
@include ending
@include tell
@include signal-due
@include stopped
@include was-ended
local FIELDS = 8
local call = redis.call
local mine = inflight .. worker
local holding = true
if onlyExpired == '1' then
  local lease = call('ZSCORE', workers, worker)
  holding = not (lease and tonumber(lease) >= now)
end
local full = string.find(switched, 'f', 1, true)
local before = head_of_due()

-- What this worker holds of what was named, each once.
local count = (#ARGV - rest) / FIELDS
local ids, listed, words = {}, {}, {}
for i = 1, count do ids[i] = ARGV[rest + FIELDS * (i - 1) + 1] end
local tokens = call('HMGET', mine, unpack(ids))
local own, rows, places = {}, {}, {}
for i = 1, count do
  local row = rest + FIELDS * (i - 1)
  if holding and tokens[i] == ARGV[row + 2] and not listed[ids[i]] then
    listed[ids[i]] = true
    words[i] = 'o'
    own[#own + 1] = ids[i]
    rows[#rows + 1] = row
    places[#places + 1] = i
  end
end

if #own > 0 then
  let_go(mine, own, #own, true)
  if onlyExpired == '1' then call('HSET', mine, '@reaped', '1') end
  switch('r', true)
  local numbers, failed = {}, {}
  for i, row in ipairs(rows) do
    local since = ARGV[row + 8]
    numbers[2 * i - 1], numbers[2 * i] = own[i], string.match(ARGV[row + 2], '^%d+') .. (since ~= '' and '@' .. since or '')
    if ARGV[row + 6] == '1' then failed[#failed + 1] = own[i] end
  end
  call('HSET', attempts, unpack(numbers))
  call('HINCRBY', counters, 'over', #own)
  if #failed > 0 then
    call('HINCRBY', counters, 'failed', #failed)
    local counts, put = call('HMGET', failures, unpack(failed)), {}
    for i, id in ipairs(failed) do put[2 * i - 1], put[2 * i] = id, (tonumber(counts[i]) or 0) + 1 end
    call('HSET', failures, unpack(put))
  end

  local asked = string.find(switched, 'c', 1, true) and call('HMGET', stops, unpack(own)) or {}
  local over = { dead = {}, cancelled = {} }
  local endings_of = {}
  local goingOn, lines, retries, again, heads = {}, {}, {}, {}, {}
  for i, row in ipairs(rows) do
    local id, lane, to, record = own[i], ARGV[row + 3], ARGV[row + 4], ARGV[row + 7]
    if asked[i] then
      to, record = 'cancelled', stopped_ending(asked[i], record)
      words[places[i]] = 's'
    end
    if onlyExpired == '1' then
@include tally
      if ARGV[row + 6] == '1' then tally('l', lane, id) end
      if to == 'dead' or to == 'cancelled' then tally(to == 'dead' and 'd' or 'x', lane, id) end
    end
    endings_of[i] = record
    local ending = over[to]
    if ending then
      ending[#ending + 1] = i
    else
      goingOn[#goingOn + 1] = id
      lines[#lines + 1] = record
      local member = lane .. ':' .. id
      if to == 'retry' then
        retries[#retries + 1] = ARGV[row + 5]
        retries[#retries + 1] = member
        again[#again + 1] = id
      else
        heads[lane] = heads[lane] or {}
        table.insert(heads[lane], member)
      end
    end
  end
@include history
  if #goingOn > 0 then remember(goingOn, lines) end
  if #retries > 0 then
    call('ZADD', due, unpack(retries))
    call('SADD', retrying, unpack(again))
  end
  if string.find(switched, 'o', 1, true) then
@include note
    for i, row in ipairs(rows) do
      local to = ARGV[row + 4]
      if (to == 'retry' or to == 'head') and not asked[i] then
        note('retrying ' .. own[i] .. ' ' .. ARGV[row + 3] .. ' ' .. string.match(ARGV[row + 2], '^%d+')
          .. (to == 'head' and ' ready' or ' retrying'))
      end
    end
  end
  for lane, members in pairs(heads) do became_ready(lane, members, true) end
  for state, places in pairs(over) do
    local theirs, texts, tied = {}, {}, false
    for n, i in ipairs(places) do
      theirs[n], texts[2 * n - 1], texts[2 * n] = own[i], own[i], endings_of[i]
      tied = tied or string.find(ARGV[rows[i] + 3], '^[_@+#%%&]') ~= nil
    end
    if #theirs > 0 then ended(state, theirs, #theirs, texts, 1, tied) end
  end
end

-- What it does not hold was recorded before, or is no longer its own.
for i = 1, count do
  if not words[i] then
    local row = rest + FIELDS * (i - 1)
    local to, record = ARGV[row + 4], ARGV[row + 7]
    local recorded
    if was_ended(ids[i], record) then
      recorded = true
    elseif to ~= 'cancelled' then
      -- A death stands there without its letter once its task was put back.
      local written = call('HGET', history, ids[i])
      recorded = written and string.find(written, to == 'dead' and string.sub(record, 2) or record, 1, true)
    end
    words[i] = recorded and 'a' or 'l'
  end
end
if full and not string.find(switched, 'f', 1, true) then wake_waiting() end
signal_due(before)
return { 'ok', table.concat(words), string.find(switched, 'm', 1, true) and 1 or 0 }
