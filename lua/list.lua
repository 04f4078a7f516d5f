#!lua flags=no-writes
-- list: tasks of one partition, state after state, each in its own order, strictly after a place, with every fact.
-- KEYS layout gone tasks lanes due late parked stops workers attempts failures history endings finished dead cancelled kept ready inflight progress keyed keyLanes
-- ARGV known ordered states limit scan bytes wanted schedules text named part number last
--   known: the birth and the number of lane fields that `ordered` was read at
--   ordered: lanes in the order that ready tasks are listed in, from that of the place on, with a space between
--   states: those to be listed, from that of the place on, with a space between
--   limit: of tasks; scan: of those looked at; bytes: of what is kept of them, about
--   wanted: codes of the lanes asked for, a space around each, '' for all; schedules: how ids begin, with a
--   space between, '' for all
--   text: tasks that cannot hold it are left out, '' for none; in lower case, without quotes and back-slashes; `named`:
--   codes of the lanes whose handlers hold it, a space around each
--   part number last: the place in the first state, last '' at its beginning
--     scheduled, retrying, dead, cancelled: '', score, member    ready: lane, index, id
--     ready, with a concurrency key, behind all that have none: lane and `:` and key, stamp, id
--     completed: '', how many are newer, id                      running: worker, '', id
--     scheduled, behind all that have a time, those that wait to be judged, or for an earlier run of their schedule:
--     late or parked, '', member; and behind those children that wait for parents: children, due time, member
--     completed, dead, cancelled, behind the others, those that stand aside (see prune.lua): kept, score, id
-- REPLY ok scanned state | id part number last record ending attempts failures history dueAt worker token stop progress | lanes
--   state '' at the end. Where it is not, part, number and last of the place to go on from stand at the end.
local call, sub = redis.call, string.sub
if (call('GET', layout) or '') .. '/' .. call('HLEN', lanes) ~= known then return { 'lanes' } end
-- No lane is one of those asked for.
if wanted == '  ' then return { 'ok', 0, '' } end
local AT_ONCE = 100
local want, most, room = tonumber(limit), tonumber(scan), tonumber(bytes)
local reply, taken, scanned, size = { 'ok', 0, '' }, 0, 0, 0
local reached = { part, number, last }

@include parked-facts
local beginnings = {}
for beginning in string.gmatch(schedules, '%S+') do beginnings[#beginnings + 1] = beginning end
local function is_of_schedules(id)
  for _, beginning in ipairs(beginnings) do
    if sub(id, 1, #beginning) == beginning then return true end
  end
  return #beginnings == 0
end

-- A record holds all that is written of a task as it is, or in JSON, which writes such a text as it is. Letters of other
-- alphabets may have one of these as their small letter: whoever asked looks closer.
local function may_hold(id, record)
  if string.find(string.lower(id), text, 1, true) then return true end
  if string.find(named, ' ' .. string.match(record, '^%S+') .. ' ', 1, true) then return true end
  size = size + #record
  return string.find(string.lower(record), text, 1, true) or string.find(record, '[\128-\255]')
end

-- Looks at one task; answers false when it is left to the next page.
local function look(at_part, at_number, at_last, id, lane, fits, dueAt, worker, token)
  if scanned >= most or size >= room then return false end
  local record
  if fits and is_of_schedules(id)
    and (wanted == '' or not lane or string.find(wanted, ' ' .. lane .. ' ', 1, true)) then
    record = call('HGET', tasks, id)
    if record and wanted ~= '' and not lane then
      if not string.find(wanted, ' ' .. string.match(record, '^%S+') .. ' ', 1, true) then record = nil end
    end
    if record and text ~= '' and not may_hold(id, record) then record = nil end
  end
  if record then
    if taken == want then return false end
    local ending, past = call('HGET', endings, id) or '', call('HGET', history, id) or ''
    size = size + #record + #ending + #past
    taken = taken + 1
    local n = #reply
    reply[n + 1] = id
    reply[n + 2] = at_part
    reply[n + 3] = at_number
    reply[n + 4] = at_last
    reply[n + 5] = record
    reply[n + 6] = ending
    reply[n + 7] = call('HGET', attempts, id) or '0'
    reply[n + 8] = call('HGET', failures, id) or '0'
    reply[n + 9] = past
    reply[n + 10] = dueAt or ''
    reply[n + 11] = worker or ''
    reply[n + 12] = token or ''
    reply[n + 13] = worker and call('HGET', stops, id) or ''
    reply[n + 14] = call('HGET', progress, id) or ''
  end
  scanned = scanned + 1
  reached = { at_part, at_number, at_last }
  return true
end

@include rank-after

local function by_score(key, reversed, visit)
  local rank = last == '' and 0 or rank_after(key, number, last, reversed)
  while true do
    local found = call(reversed and 'ZREVRANGE' or 'ZRANGE', key, rank, rank + AT_ONCE - 1, 'WITHSCORES')
    for i = 1, #found, 2 do
      if not visit(found[i], found[i + 1]) then return false end
    end
    if #found < 2 * AT_ONCE then return true end
    rank = rank + AT_ONCE
  end
end

local function waiting(retried)
  if retried and call('EXISTS', attempts) == 0 then return true end
  return by_score(due, false, function(member, score)
    local colon = string.find(member, ':', 1, true)
    local id = sub(member, colon + 1)
    local fits = (call('HEXISTS', attempts, id) == 1) == retried
    return look('', score, member, id, sub(member, 1, colon - 1), fits, score)
  end)
end

local function by_member(name, key, names, waits)
  local from = part == name and '(' .. last or '-'
  while true do
    local found = call('ZRANGE', key, from, '+', 'BYLEX', 'LIMIT', 0, AT_ONCE)
    for _, member in ipairs(found) do
      local id, lane = names(member)
      if not look(name, '', member, id, lane, true, waits(lane, id)) then return false end
    end
    if #found < AT_ONCE then return true end
    from = '(' .. found[#found]
  end
end

-- Key after key, and of each lane after lane.
local function keyed_ready()
  local own, key = string.match(part, '^([^:]*):(.*)$')
  local from = key and '[' .. key or '-'
  while true do
    local found = call('ZRANGE', keyed, from, '+', 'BYLEX', 'LIMIT', 0, AT_ONCE)
    for _, one in ipairs(found) do
      local lanes_of_key = call('SMEMBERS', keyLanes .. one)
      table.sort(lanes_of_key)
      for _, lane in ipairs(lanes_of_key) do
        local list = ready .. lane .. ':' .. one
        local place = lane .. ':' .. one
        local passed = one == key and lane < own
        local rank = one == key and lane == own and rank_after(list, number, last, false) or 0
        while not passed do
          local waits = call('ZRANGE', list, rank, rank + AT_ONCE - 1, 'WITHSCORES')
          for i = 1, #waits, 2 do
            if not look(place, waits[i + 1], waits[i], waits[i], lane, true) then return false end
          end
          if #waits < 2 * AT_ONCE then break end
          rank = rank + AT_ONCE
        end
      end
    end
    if #found < AT_ONCE then return true end
    from = '(' .. found[#found]
  end
end

local function aside(state)
  if part ~= 'kept' then number, last = '', '' end
  return by_score(kept .. state, true, function(id, score) return look('kept', score, id, id, nil, true) end)
end

local function ended(key, state)
  return (part == 'kept' or by_score(key, true, function(id, score) return look('', score, id, id, nil, true) end))
    and aside(state)
end

local function of_parents()
  if part ~= 'children' then number, last = '', '' end
  return by_score(children, false, function(member, score)
    local lane, id = string.match(member, '^([^:]*):(.*)$')
    return look('children', score, member, id, lane, true, waits_for(lane, id))
  end)
end

local walks = {
  scheduled = function()
    return (part ~= '' or waiting(false))
      and (part == 'parked' or part == 'children' or by_member('late', late,
        function(member) return string.match(member, '^(.*):([^:]*)$') end, function() return 'late' end))
      and (part == 'children' or by_member('parked', parked, parked_names, waits_for))
      and of_parents()
  end,
  retrying = function() return waiting(true) end,
  dead = function() return ended(dead, 'dead') end,
  cancelled = function() return ended(cancelled, 'cancelled') end,

  -- The place may have come nearer to the head, from which claims take, or have been taken with all before it.
  ready = function()
    if string.find(part, ':', 1, true) then return keyed_ready() end
    local buried = nil
    for lane in string.gmatch(ordered, '[^%s#%%&]%S+') do
      local list, from = ready .. lane, 0
      if last ~= '' and lane == part then
        local index = tonumber(number)
        local member = lane .. ':' .. last
        if call('LINDEX', list, index) ~= member then
          index = call('LPOS', list, member, 'MAXLEN', index + 10000) or -1
        end
        from = index + 1
      end
      while true do
        local members = call('LRANGE', list, from, from + AT_ONCE - 1)
        for i, member in ipairs(members) do
          if buried == nil then buried = call('EXISTS', gone) == 1 end
          local id = sub(member, #lane + 2)
          -- What was cancelled stands in the list until a claim comes by, and so does what was put off: the first of
          -- its entries are those.
          local waits = call('HEXISTS', endings, id) == 0
          local passed_over = waits and buried and call('HGET', gone, member)
          if passed_over then waits = call('LPOS', list, member, 'RANK', passed_over + 1) == from + i - 1 end
          if not look(lane, from + i - 1, id, id, lane, waits) then return false end
        end
        if #members < AT_ONCE then break end
        from = from + AT_ONCE
      end
    end
    return keyed_ready()
  end,

  running = function()
    local everybody = call('ZRANGE', workers, 0, -1)
    table.sort(everybody)
    for _, worker in ipairs(everybody) do
      if last == '' or not (worker < part) then
        local holds = call('HGETALL', inflight .. worker)
        local tokens, ids = {}, {}
        for i = 1, #holds, 2 do
          local id = holds[i]
          if sub(id, 1, 1) ~= '@' and (last == '' or worker ~= part or last < id) then
            ids[#ids + 1] = id
            tokens[id] = holds[i + 1]
          end
        end
        table.sort(ids)
        for _, id in ipairs(ids) do
          local token = tokens[id]
          if not look(worker, '', id, id, string.match(token, '[^:]*$'), true, nil, worker, token) then
            return false
          end
        end
      end
    end
    return true
  end,

  -- The newest stand last. Where the place was deleted, so was everything older.
  completed = function()
    if part == 'kept' then return aside('completed') end
    local length, from = call('LLEN', finished), 0
    if last ~= '' then
      local newer = tonumber(number)
      if call('LINDEX', finished, -1 - newer) ~= last then
        local index = call('LPOS', finished, last, 'RANK', -1)
        newer = index and length - 1 - index or length
      end
      from = newer + 1
    end
    while from < length do
      local ids = call('LRANGE', finished, -from - AT_ONCE, -1 - from)
      for i = #ids, 1, -1 do
        if not look('', from, ids[i], ids[i], nil, true) then return false end
        from = from + 1
      end
    end
    return aside('completed')
  end,
}

for state in string.gmatch(states, '%S+') do
  if not walks[state]() then
    reply[3] = state
    break
  end
  part, number, last = '', '', ''
  reached = { part, number, last }
end
reply[2] = scanned
if reply[3] ~= '' then
  for i = 1, 3 do reply[#reply + 1] = reached[i] end
end
return reply
