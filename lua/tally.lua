#!lua flags=no-writes
-- tally: how many tasks of a partition are in each state; of some lanes or schedules, found by looking at so many.
-- KEYS layout lanes ready keyCounts gone retrying unfinished
-- ARGV known states wanted scan bytes | schedule until
--   known: the birth and the number of lane fields that `wanted` was read at, '' where it rests on none
--   states: those asked for; wanted: codes of lanes; either with a space around each, `*` for all
--   scan: tasks looked at of each state, at most; bytes: records read for one, about
--   schedule: only its runs, up to an instant (ms, '' for all)
-- REPLY ok scanned | state count unseen | lanes
--   A state that is not told has none. unseen: how many of this state were not looked at
local call, sub = redis.call, string.sub
if known ~= '' and (call('GET', layout) or '') .. '/' .. call('HLEN', lanes) ~= known then return { 'lanes' } end
-- No lane is one of those asked for.
if wanted == '  ' then return { 'ok', 0 } end
@include counted
local AT_ONCE = 200
local most, room, scanned = tonumber(scan), tonumber(bytes), 0
local of_runs, every_lane = #ARGV > rest, wanted == '*'
local reply = { 'ok', 0 }
local function tell(state, count, unseen)
  if states ~= '*' and not string.find(states, ' ' .. state .. ' ', 1, true) then return end
  local n = #reply
  reply[n + 1], reply[n + 2], reply[n + 3] = state, count, unseen
end
local function is_asked(...)
  if states == '*' then return true end
  for _, state in ipairs({ ... }) do
    if string.find(states, ' ' .. state .. ' ', 1, true) then return true end
  end
  return false
end

if every_lane and not of_runs then
  local scheduled, waiting, running, ended = counted()
  local retries = call('SCARD', retrying)
  tell('scheduled', scheduled - retries, 0)
  tell('retrying', retries, 0)
  tell('ready', waiting, 0)
  tell('running', running, 0)
  tell('completed', ended[1], 0)
  tell('dead', ended[2], 0)
  tell('cancelled', ended[3], 0)
  return reply
end
@include holders
@include parked

-- Records of this state, bytes.
local size = 0
local last_instant = {}
for at = rest + 1, #ARGV, 2 do last_instant[ARGV[at]] = tonumber(ARGV[at + 1]) or math.huge end
local function fits(id, lane)
  if of_runs then
    local schedule, nominal = string.match(id, '^([^!+]+)@(%d+)')
    local last = schedule and last_instant[schedule]
    if not last or tonumber(nominal) > last then return false end
  end
  if every_lane then return true end
  if not lane then
    local record = call('HGET', tasks, id)
    if not record then return false end
    size = size + #record
    lane = string.match(record, '^%S+')
  end
  return string.find(wanted, ' ' .. lane .. ' ', 1, true) ~= nil
end

-- Looks at up to `left` members; answers how many fit, and how many there were.
local function walk(left, page, look)
  local found, seen = 0, 0
  while seen < left and size < room do
    local members = page(seen, math.min(AT_ONCE, left - seen))
    if #members == 0 then break end
    for _, member in ipairs(members) do if look(member) then found = found + 1 end end
    seen = seen + #members
  end
  scanned = scanned + seen
  return found, seen
end
local function of_zset(key, reversed)
  return function(from, count) return call(reversed and 'ZREVRANGE' or 'ZRANGE', key, from, from + count - 1) end
end
-- One collection after the other, and how much of each is not seen.
local function sum(parts)
  local found, unseen, left = 0, 0, most
  size = 0
  for _, part in ipairs(parts) do
    local fitting, seen = walk(math.min(left, part.count), part.page, part.look)
    found, left, unseen = found + fitting, left - seen, unseen + math.max(0, part.count - seen)
  end
  return found, unseen
end
-- Of a set up to so many, whichever they are.
local function some_of(key)
  local all = call('SCARD', key)
  if all <= most then return call('SMEMBERS', key), 0 end
  return most == 0 and {} or call('SRANDMEMBER', key, most), all - most
end
local function by_id(id) return fits(id) end

if is_asked('scheduled') then
  local retries = call('SCARD', retrying)
  local function waits_for_time(member)
    local lane, id = string.match(member, '^([^:]*):(.*)$')
    return fits(id, lane) and (retries == 0 or call('SISMEMBER', retrying, id) == 0)
  end
  local function is_late(member)
    local id, lane = string.match(member, '^(.*):([^:]*)$')
    return fits(id, lane)
  end
  local function is_parked(member)
    local id, lane = parked_names(member)
    return fits(id, lane)
  end
  local count = call('ZCARD', due)
  tell('scheduled', sum({
    { count = count > retries and count or 0, page = of_zset(due), look = waits_for_time },
    { count = call('ZCARD', late), page = of_zset(late), look = is_late },
    { count = call('ZCARD', parked), page = of_zset(parked), look = is_parked },
    { count = call('ZCARD', children), page = of_zset(children), look = waits_for_time },
  }))
end

if is_asked('retrying') then
  local ids, unseen = some_of(retrying)
  local found = 0
  size = 0
  for _, id in ipairs(ids) do if fits(id) then found = found + 1 end end
  scanned = scanned + #ids
  tell('retrying', found, unseen)
end

if of_runs and is_asked('ready', 'running') then
  -- What has come due and not ended: it waits for a retry, runs, or is ready.
  local open, unseen = {}, 0
  for at = rest + 1, #ARGV, 2 do
    local ids, others = some_of(unfinished .. ARGV[at])
    unseen = unseen + others
    for _, one in ipairs(ids) do
      local id = string.gsub(one, '^%+', '')
      if sub(id, 1, 1) ~= '>' and fits(id) and call('SISMEMBER', retrying, id) == 0 then open[#open + 1] = id end
    end
    scanned = scanned + #ids
  end
  local running = 0
  for from = 1, #open, 5000 do
    local some = {}
    for i = from, math.min(#open, from + 4999) do some[#some + 1] = open[i] end
    for _ in pairs((holders(some))) do running = running + 1 end
  end
  tell('ready', #open - running, unseen)
  tell('running', running, unseen)
end

if not of_runs and is_asked('ready') then
  local buried, tombstones, unseen = {}, call('HLEN', gone), 0
  if tombstones > 0 and tombstones <= most then
    local all = call('HGETALL', gone)
    for i = 1, #all, 2 do
      local lane = string.match(all[i], '^[^:]*')
      buried[lane] = (buried[lane] or 0) + tonumber(all[i + 1])
    end
    scanned = scanned + tombstones
  elseif tombstones > 0 then
    unseen = tombstones
  end
  local found = 0
  for lane in string.gmatch(wanted, '%S+') do
    if string.byte(lane) < 39 then
      found = found + tonumber(call('HGET', keyCounts, lane) or '0')
    else
      found = found + math.max(0, call('LLEN', ready .. lane) - (buried[lane] or 0))
    end
  end
  tell('ready', found, unseen)
end

if not of_runs and is_asked('running') then
  local found, seen, unseen = 0, 0, 0
  for _, one in ipairs(call('ZRANGE', workers, 0, -1)) do
    local holds = inflight .. one
    local count = call('HLEN', holds)
    if seen + count > most then
      unseen = unseen + count
    else
      local all = call('HGETALL', holds)
      for i = 1, #all, 2 do
        if sub(all[i], 1, 1) ~= '@' and fits(all[i], string.match(all[i + 1], '[^:]*$')) then found = found + 1 end
      end
      seen = seen + count
    end
  end
  scanned = scanned + seen
  tell('running', found, unseen)
end

local function newest_first(from, count) return call('LRANGE', finished, -from - count, -1 - from) end
if is_asked('completed') then
  local aside = kept .. 'completed'
  tell('completed', sum({
    { count = call('LLEN', finished), page = newest_first, look = by_id },
    { count = call('ZCARD', aside), page = of_zset(aside, true), look = by_id },
  }))
end
for state, key in pairs({ dead = dead, cancelled = cancelled }) do
  if is_asked(state) then
    local aside = kept .. state
    tell(state, sum({
      { count = call('ZCARD', key), page = of_zset(key, true), look = by_id },
      { count = call('ZCARD', aside), page = of_zset(aside, true), look = by_id },
    }))
  end
end
reply[2] = scanned
return reply
