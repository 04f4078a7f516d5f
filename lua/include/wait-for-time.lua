-- Tasks that are due later wait for their time: `waiting` has the due time and the member of each, up to `last`.
-- KEYS due
@include wake
@include tell
@include signal-due
local before = head_of_due()
for from = 1, last, AT_ONCE do
  call('ZADD', due, unpack(waiting, from, math.min(last, from + AT_ONCE - 1)))
end
signal_due(before)
