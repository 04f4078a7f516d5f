#!lua flags=allow-oom
-- answer: parents have ended: a child that waits for no other goes on, and one that does not outlive them is cancelled.
-- KEYS children parents
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
@include child-goes-on
local call = redis.call
local before = head_of_due()
for at = rest + 1, #ARGV, 3 do
  local child, parent = ARGV[at], ARGV[at + 1]
  local lane, id = string.match(child, '^([^:]*):(.*)$')
  -- Where it waits for that parent no longer it was told before, or was cancelled.
  if call('ZSCORE', children, child) and call('ZREM', parents, id .. ' ' .. parent) == 1 then
    if ARGV[at + 2] == '1' then end_waiting(id, '"parent died"') else child_goes_on(lane, id) end
  end
end
signal_due(before)
@include stir
return { 'ok', string.find(switched, 'm', 1, true) and 1 or 0 }
