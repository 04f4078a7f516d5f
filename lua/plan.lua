#!lua
-- plan: turn occurrences into due tasks and move each schedule's cursor, by compare-and-set.
-- KEYS tasks due revisions cursors runs
-- ARGV birth token number channel queue keep | schedule revision cursor next occurrences missed,
--   then per occurrence: nominal lane id due record, then per missed range: from to count
-- REPLY ok words | fenced number | reborn | unopened      (one letter per schedule: p planned, s stale)
@include opened
@include term
-- The caller's lane codes are of an earlier birth; its term is of this one.
if known[1] ~= birth then return { 'reborn' } end
@include clock
@include switch
@include wake
@include signal-due
@include ledger
@include missed
local words = {}
local before = head_of_due()
local at = rest + 1
while at <= #ARGV do
  local schedule, revision, cursor, following = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local occurrences, ranges = tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5])
  at = at + 6
  local stored = redis.call('ZSCORE', cursors, schedule)
  local same = redis.call('HGET', revisions, schedule) == revision and stored and tonumber(stored) == tonumber(cursor)
  local fired = 0
  for _ = 1, occurrences do
    if same then
      local key, field = ledger(schedule, tonumber(ARGV[at]))
      -- Written if absent: that is one fate per instant.
      if redis.call('HSETNX', key, field, 'p' .. number) == 1 then
        redis.call('PEXPIRE', key, keep)
        fired = fired + 1
        if redis.call('HSETNX', tasks, ARGV[at + 2], ARGV[at + 4]) == 1 then
          if #ARGV[at + 4] > BIG then switch('b', true) end
          redis.call('ZADD', due, ARGV[at + 3], ARGV[at + 1] .. ':' .. ARGV[at + 2])
        end
      end
    end
    at = at + 5
  end
  for _ = 1, ranges do
    if same then record_missed(schedule, ARGV[at], ARGV[at + 1], ARGV[at + 2]) end
    at = at + 3
  end
  if same then
    if fired > 0 then redis.call('HINCRBY', runs, schedule, fired) end
    if following == '' then
      redis.call('ZREM', cursors, schedule)
    else
      redis.call('ZADD', cursors, following, schedule)
    end
  end
  words[#words + 1] = same and 'p' or 's'
end
signal_due(before)
return { 'ok', table.concat(words) }
