#!lua flags=allow-oom
-- cancel: end a task that no worker holds, or ask the worker that holds it to stop it.
-- KEYS tasks endings
-- ARGV id reason      (JSON, or '')
-- REPLY cancelled owes | already | requested | completed | dead | unknown | unopened
@include opened
@include clock
@include holder
@include switch
@include ending
@include late
@include ledger
@include parked
@include children
@include waiting-end
@include stop
local record = redis.call('HGET', tasks, id)
if not record then return { 'unknown' } end
local before = redis.call('HGET', endings, id)
if before then
  local letter = string.sub(before, 1, 1)
  return { letter == 'x' and 'already' or letter == 'd' and 'dead' or 'completed' }
end
local worker = holder(id)
if worker then
  ask_to_stop(id, worker, reason)
  return { 'requested' }
end
end_waiting(id, reason)
@include stir
return { 'cancelled', string.find(switched, 'm', 1, true) and 1 or 0 }
