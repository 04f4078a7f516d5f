#!lua flags=allow-oom
-- promote: move what is due to the ready lists.
-- KEYS due workers
-- ARGV limit
-- REPLY ok now moved nextDue nextLease late | unopened      (late: 1 when runs wait to be judged)
@include opened
@include clock
@include wake
@include ready
@include late
@include promotion
local moved = promotion(tonumber(limit))
local head = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
local lease = redis.call('ZRANGE', workers, 0, 0, 'WITHSCORES')
return { 'ok', now, moved, head[2] or '', lease[2] or '', redis.call('EXISTS', late) }
