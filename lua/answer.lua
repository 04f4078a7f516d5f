#!lua flags=allow-oom
-- answer: parents have ended: a child that waits for no other goes on, and one that does not outlive them is cancelled.
-- KEYS children parents due
-- ARGV channel queue | child parent dies
--   child: `<lane>:<id>`; dies: 1 when it ends with this parent
-- REPLY ok owes | unopened      (owes: 1 when the outbox holds something)
@include opened
@include clock
@include switch
@include wake
@include ready
@include ending
@include late
@include ledger
@include parked
@include children
@include waiting-end
@include tell
@include signal-due
@include note-moved
local call = redis.call
local before = head_of_due()
local arrived, order, waiting = {}, {}, {}
for at = rest + 1, #ARGV, 3 do
  local child, parent = ARGV[at], ARGV[at + 1]
  local dueAt = call('ZSCORE', children, child)
  local lane, id = string.match(child, '^([^:]*):(.*)$')
  -- Where it waits for that parent no longer it was told before, or was cancelled.
  if dueAt and call('ZREM', parents, id .. ' ' .. parent) == 1 then
    if ARGV[at + 2] == '1' then
      end_waiting(id, '"parent died"')
    elseif #parents_awaited(id, 1) == 0 then
      call('ZREM', children, child)
      note_moved(id, lane, tonumber(dueAt) > now and 'scheduled' or 'ready', 0)
      if tonumber(dueAt) > now then
        waiting[#waiting + 1] = dueAt
        waiting[#waiting + 1] = child
      else
        -- Those with concurrency keys keep their order over lanes.
        local of = string.byte(lane) == 35 and '#' or lane
        if not arrived[of] then
          arrived[of] = {}
          order[#order + 1] = { lane = lane, members = arrived[of] }
        end
        table.insert(arrived[of], child)
      end
    end
  end
end
if #waiting > 0 then
  call('ZADD', due, unpack(waiting))
  signal_due(before)
end
for _, each in ipairs(order) do became_ready(each.lane, each.members) end
@include stir
return { 'ok', string.find(switched, 'm', 1, true) and 1 or 0 }
