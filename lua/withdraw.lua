#!lua flags=allow-oom
-- withdraw: take back ready and parked runs of a schedule that no worker has claimed, a slice of one handler's lanes.
-- KEYS lanes tasks ready attempts endings gone runs schedules withdrawals
-- ARGV birth schedule lane key position word before done
--   lane: the name that its lanes of runs have in common. key: the concurrency key of those runs, or ''
--   position: tasks of each lane already looked at, from its end. Workers take from its head, what arrives meanwhile
--   stands behind: counted from the end, none is passed over.
--   before: only runs of instants up to this one; '': all of them. done: the revision whose edit asked for it, with its
--   last lane.
-- REPLY ok position | unopened      (position '' when that was all)
@include birth
@include clock
@include switch
@include ledger
@include wake
@include ready
@include run-over
@include parked-rest
@include delete-task
@include note-passed
local SLICE = 1000
local from = tonumber(position)
local withdrawn = false
local passed, passed_from, passed_to = 0, nil, nil
local function withdraw(task, nominal)
  withdrawn = true
  if word ~= '' and redis.call('HEXISTS', schedules, schedule) == 1 then
    redis.call('HINCRBY', runs, schedule, -1)
    write_single(schedule, nominal, word)
    local time = tonumber(nominal)
    passed, passed_from, passed_to = passed + 1, math.min(passed_from or time, time), math.max(passed_to or time, time)
  end
end

local has_key = key ~= ''
@include keyed-unready
local more, most = false, 0
for _, kind in ipairs(has_key and { '%', '&' } or { '@', '+' }) do
  local code = redis.call('HGET', lanes, ':' .. kind .. lane)
  local members = {}
  if code and has_key then
    members = redis.call('ZREVRANGE', ready .. code .. ':' .. key, from, from + SLICE - 1)
  elseif code then
    members = redis.call('LRANGE', ready .. code, -from - SLICE, -from - 1)
  end
  local taken = 0
  for _, member in ipairs(members) do
    local task = string.match(member, has_key and '^([^!+]+@%d+)$' or ':([^!+]+@%d+)$')
    local nominal = task and string.match(task, '%d+$')
    if task and string.sub(task, 1, #schedule + 1) == schedule .. '@' and redis.call('HEXISTS', attempts, task) == 0
      and (before == '' or tonumber(nominal) <= tonumber(before))
      and redis.call('HEXISTS', endings, task) == 0 and (not has_key or unready(code, task)) and delete_task(task) == 1 then
      if has_key then
        taken = taken + 1
      else
        -- Its place in the list stays, and is passed over by claim.
        redis.call('HINCRBY', gone, member, 1)
        switch('t', true)
      end
      uncounted(schedule, task)
      withdraw(task, nominal)
    end
  end
  more = more or #members == SLICE
  most = math.max(most, taken)
end
for _, one in ipairs(take_rest(schedule, before)) do
  delete_task(one.id)
  withdraw(one.id, one.nominal)
end
if passed > 0 then
  note_passed(schedule, word, string.format('%.0f', passed_from), string.format('%.0f', passed_to), passed)
end
if withdrawn then
  hand_on(schedule)
@include stir
end
if not more and done ~= '' then
  local open = redis.call('HGET', withdrawals, schedule)
  if open and string.match(open, '^%S+') == done then redis.call('HDEL', withdrawals, schedule) end
end
return { 'ok', more and from + SLICE - most or '' }
