#!lua
-- plan: turn occurrences into due tasks, decide on late ones and move each schedule's cursor, by compare-and-set.
-- KEYS tasks due late schedules cursors runs ties
-- ARGV birth token channel queue | schedule revision cursor next occurrences lates taken version ledger open uncounted tied told,
--   then per occurrence: lane id due record, then per late run: member, then per single exception taken in: nominal
--   revision '': it is gone, and only late runs of it are left. version '': the ledger stays as it is; else the version it was made of, and `ledger` in hex
--   tied: what each of its runs is tied by (see ties.lua), '' for nothing. told: see told-passed.lua
-- REPLY ok words | fenced number | birth | unopened      (one letter per schedule: p planned, s stale, f the queue is full for a backfill)
@include opened
@include term
-- The caller's lane codes are of an earlier birth; its term is of this one, so it learns the codes and asks again.
if known[1] ~= birth then return { 'birth' } end
@include clock
@include big
@include switch
@include wake
@include tell
@include signal-due
@include late
@include ledger
@include revision
@include delete-task
@include told-passed
local note_it
if string.find(switched, 'o', 1, true) then
@include note
  note_it = note
end
local words, free = {}, math.huge
if string.find(switched, 'd', 1, true) then
@include depth
  free = depth_left()
end
local before = head_of_due()
local at = rest + 1

-- By the first of an entry's arguments: is everything as its caller read it?
local function is_current(from, lates)
  local schedule, cursor, version = ARGV[from], ARGV[from + 2], ARGV[from + 7]
  if revision_in(redis.call('HGET', schedules, schedule) or '') ~= ARGV[from + 1] then return false end
  local stored = redis.call('ZSCORE', cursors, schedule)
  if (stored and tonumber(stored) or '') ~= (cursor ~= '' and tonumber(cursor) or '') then return false end
  if version ~= '' and ledger_version(schedule) ~= version then return false end
  for i = lates, lates + tonumber(ARGV[from + 5]) - 1 do
    if not redis.call('ZSCORE', late, ARGV[i]) then return false end
  end
  return true
end

while at <= #ARGV do
  local schedule, revision, following = ARGV[at], ARGV[at + 1], ARGV[at + 3]
  local occurrences, decided, taken = tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5]), tonumber(ARGV[at + 6])
  local version, text, open, uncounted, tied = ARGV[at + 7], ARGV[at + 8], ARGV[at + 9], ARGV[at + 10], ARGV[at + 11]
  local told = ARGV[at + 12]
  local first = at + 13
  local lates = first + 4 * occurrences
  local same = is_current(at, lates)
  at = lates + decided + taken
  -- A backfill waits for room; an instant of the calendar does not run, and its ledger says so.
  if same and free < occurrences and occurrences > 0 and string.find(ARGV[first + 1], '+', 1, true) then
    words[#words + 1] = 'f'
    same = nil
  end
  if same then
    local fired = 0
    local full, full_from, full_to = 0, nil, nil
    for i = lates, lates + decided - 1 do
      redis.call('ZREM', late, ARGV[i])
      local run = string.match(ARGV[i], '^[^:]+')
      local deleted = redis.call('HDEL', tasks, run)
      fired = fired - deleted
      free = free + deleted
      redis.call('HDEL', ties, run)
    end
    for i = first, lates - 1, 4 do
      local nominal = free <= 0 and string.match(ARGV[i + 1], '@(%d+)$')
      if nominal and redis.call('HEXISTS', tasks, ARGV[i + 1]) == 0 then
        if revision ~= '' then write_single(schedule, nominal, 'limit') end
        full, full_from, full_to = full + 1, full_from or nominal, nominal
      elseif redis.call('HSETNX', tasks, ARGV[i + 1], ARGV[i + 3]) == 1 then
        free = free - 1
        redis.call('ZADD', due, ARGV[i + 2], ARGV[i] .. ':' .. ARGV[i + 1])
        if tied ~= '' then redis.call('HSET', ties, ARGV[i + 1], tied) end
        fired = fired + 1
        if note_it then note_it('enqueued ' .. ARGV[i + 1] .. ' ' .. ARGV[i] .. ' scheduled') end
        if #ARGV[i + 3] > BIG then switch('b', true) end
      end
    end
    for i = lates, lates + decided - 1 do without_ending(string.match(ARGV[i], '^[^:]+')) end
    if fired ~= 0 and revision ~= '' and uncounted == '' then redis.call('HINCRBY', runs, schedule, fired) end
    if version ~= '' then write_ledger(schedule, version, text, open) end
    for i = lates + decided, at - 1 do take_single(schedule, ARGV[i]) end
    if full > 0 and revision ~= '' then note_passed(schedule, 'limit', full_from, full_to, full) end
    tell_passed(schedule, told)
    if following == '' then
      redis.call('ZREM', cursors, schedule)
    else
      redis.call('ZADD', cursors, following, schedule)
    end
  end
  if same ~= nil then words[#words + 1] = same and 'p' or 's' end
end
signal_due(before)
return { 'ok', table.concat(words) }
