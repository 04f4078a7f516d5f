#!lua flags=allow-oom
-- cancel: end a task that no worker holds.
-- KEYS tasks due attempts endings gone schedules
-- ARGV id ending
-- REPLY cancelled | already | running | completed | dead | unknown | unopened
@include opened
@include clock
@include holder
@include switch
@include ending
@include late
@include ledger
local record = redis.call('HGET', tasks, id)
if not record then return { 'unknown' } end
local before = redis.call('HGET', endings, id)
if before then
  local letter = string.sub(before, 1, 1)
  return { letter == 'x' and 'already' or letter == 'd' and 'dead' or 'completed' }
end
local lane = string.match(record, '^%S+')
if redis.call('ZREM', due, lane .. ':' .. id) + redis.call('ZREM', late, late_member(lane, id)) == 0 then
  if holder(id) then return { 'running' } end
  -- It waits in its ready list; finding it there would cost the list's length, so claim skips it later.
  redis.call('HINCRBY', gone, lane .. ':' .. id, 1)
  switch('t', true)
end
local schedule, nominal = string.match(id, '^([^!+]+)@(%d+)$')
if schedule and redis.call('HEXISTS', attempts, id) == 0 and redis.call('HEXISTS', schedules, schedule) == 1 then
  write_single(schedule, nominal, 'cancelled')
end
ended('cancelled', { id }, 1, { id, 'x' .. at .. ending }, 1, string.sub(lane, 1, 1) == '_')
@include stir
return { 'cancelled' }
