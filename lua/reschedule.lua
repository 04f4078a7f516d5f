#!lua flags=allow-oom
-- reschedule: move the due time of tasks that wait for time, new ones and retries; what is due by now is ready.
-- KEYS tasks due attempts expires retrying
-- ARGV channel queue | id attempt due
--   attempt: its latest, as its caller read it
-- REPLY ok word… | unopened      (each: ok, unknown, `waiting` where something else holds it up, or its state)
@include opened
@include clock
@include switch
@include wake
@include ready
@include late
@include ledger
@include runs-due
@include came-due
@include tell
@include signal-due
@include record
@include state-of
@include note-moved
local call = redis.call
local function reschedule(id, attempt, at)
  local record = call('HGET', tasks, id)
  if not record then return 'unknown' end
  local lane = string.match(record, '^%S+')
  local moved = with_due(record, at)
  local same = string.match(call('HGET', attempts, id) or '0', '^%d+') == attempt
  local stood = call('ZSCORE', due, lane .. ':' .. id)
  if not same or not stood then
    local state = state_of(id, record)
    -- It was moved to this time, and has come due since: the call is sent again.
    local came = state == 'ready' or state == 'running'
    return same and moved == record and came and 'ok' or state
  end
  call('HSET', tasks, id, moved)
  local expiry = string.find(switched, 'e', 1, true) and call('ZSCORE', expires, id)
  if expiry then may_expire(id, tonumber(expiry) + due_in(moved) - due_in(record)) end
  if at > now then
    call('ZADD', due, at, lane .. ':' .. id)
    if tonumber(stood) ~= at then note_moved(id, lane, attempt == '0' and 'scheduled' or 'retrying', attempt) end
  else
    call('ZREM', due, lane .. ':' .. id)
    call('SREM', retrying, id)
    came_due(lane, id)
    local state = call('HEXISTS', tasks, id) == 1 and state_of(id, record)
    -- A run may have met an earlier one and not run, which is told already.
    if state == 'ready' or state == 'waiting' then
      note_moved(id, lane, state == 'ready' and 'ready' or 'scheduled', attempt)
    end
  end
  return 'ok'
end
local before = head_of_due()
local reply = { 'ok' }
for row = rest + 1, #ARGV, 3 do
  reply[#reply + 1] = reschedule(ARGV[row], ARGV[row + 1], tonumber(ARGV[row + 2]))
end
signal_due(before)
return reply
