#!lua flags=allow-oom
-- promote: move what is due to the ready lists.
-- KEYS due workers quiet tallies
-- ARGV limit channel queue
-- REPLY ok now moved nextDue nextLease late owes tallied | unopened
--   late: 1 when runs wait to be judged; owes: 1 when the outbox holds something; tallied: 1 when there are tallies
@include opened
@include clock
@include switch
@include wake
@include ready
@include late
@include promotion
@include next-due
if string.find(switched, 'e', 1, true) then
@include expire
  expire(tonumber(limit))
end
local moved = promotion(tonumber(limit))
local lease = redis.call('ZRANGE', workers, 0, 0, 'WITHSCORES')
local waiting = redis.call('EXISTS', late)
-- What comes due is told and known; the first lease, and whatever else begins here, is told from now on.
local owes = string.find(switched, 'm', 1, true)
if not lease[2] and waiting == 0 and not owes and not string.find(switched, 'q', 1, true) then
  redis.call('SET', quiet, channel .. ' ' .. queue)
  switch('q', true)
end
return { 'ok', now, moved, next_due() or '', lease[2] or '', waiting, owes and 1 or 0, redis.call('EXISTS', tallies) }
