#!lua flags=allow-oom
-- withdraw: take back ready runs of a schedule that no worker has claimed, a slice of one lane.
-- KEYS tasks ready attempts endings gone runs schedules withdrawals
-- ARGV birth schedule lane position word before done
--   position: tasks of the lane already looked at, from its end. Workers take from its head, what arrives meanwhile
--   stands behind: counted from the end, none is passed over.
--   before: only runs of instants up to this one; '': all of them. done: the revision whose edit asked for it, with its
--   last lane.
-- REPLY ok position | unopened      (position '' when that was all)
@include birth
@include switch
@include ledger
local SLICE = 1000
local from = tonumber(position)
local withdrawn = false
local members = redis.call('LRANGE', ready .. lane, -from - SLICE, -from - 1)
for _, member in ipairs(members) do
  local task = string.match(member, ':([^!+]+@%d+)$')
  if task and string.sub(task, 1, #schedule + 1) == schedule .. '@' and redis.call('HEXISTS', attempts, task) == 0
    and (before == '' or tonumber(string.match(task, '%d+$')) <= tonumber(before))
    and redis.call('HEXISTS', endings, task) == 0 and redis.call('HDEL', tasks, task) == 1 then
    -- Its place in the list stays, and is passed over by claim.
    redis.call('HINCRBY', gone, member, 1)
    withdrawn = true
    switch('t', true)
    if word ~= '' and redis.call('HEXISTS', schedules, schedule) == 1 then
      redis.call('HINCRBY', runs, schedule, -1)
      write_single(schedule, string.match(task, '%d+$'), word)
    end
  end
end
if withdrawn then
@include stir
end
if #members < SLICE and done ~= '' then
  local open = redis.call('HGET', withdrawals, schedule)
  if open and string.match(open, '^%S+') == done then redis.call('HDEL', withdrawals, schedule) end
end
return { 'ok', #members == SLICE and from + SLICE or '' }
