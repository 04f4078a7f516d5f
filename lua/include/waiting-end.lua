-- Ends a task that no worker holds, wherever it waits. An instant that has had no attempt is written down.
-- Whoever uses it includes `switch`, `ending`, `parked`, `children`, `late`, `ledger`.
-- KEYS tasks due late gone attempts schedules retrying
local function take_out(lane, id)
  if string.find(switched, 'r', 1, true) then redis.call('SREM', retrying, id) end
  if redis.call('ZREM', due, lane .. ':' .. id) + redis.call('ZREM', late, late_member(lane, id)) == 0
    and take_parked(lane, id) == 0 and take_child(lane, id) == 0 then
    if string.byte(lane) < 39 then
@include wake
@include keyed-unready
      unready(lane, id)
    else
      -- It waits in its ready list; finding it there would cost the list's length, so claim skips it later.
      redis.call('HINCRBY', gone, lane .. ':' .. id, 1)
      switch('t', true)
    end
  end
end
@include note-passed
@include tally
local function end_waiting(id, reason)
  local lane = string.match(redis.call('HGET', tasks, id), '^%S+')
  take_out(lane, id)
  tally('x', lane, id)
  if string.find(switched, 'e', 1, true) then
@keys expires
    redis.call('ZREM', expires, id)
  end
  local schedule, nominal = string.match(id, '^([^!+]+)@(%d+)$')
  if schedule and redis.call('HEXISTS', attempts, id) == 0 and redis.call('HEXISTS', schedules, schedule) == 1 then
    write_single(schedule, nominal, 'cancelled')
    note_passed(schedule, 'cancelled', nominal, nominal, 1)
  end
  ended('cancelled', { id }, 1, { id, 'x' .. at .. reason }, 1, true)
end
