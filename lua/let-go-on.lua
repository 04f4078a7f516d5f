#!lua flags=allow-oom
-- let-go-on: runs of a schedule that has left this queue begin only when the leader says so.
-- KEYS unfinished
-- ARGV token schedule how
--   how: one: the next of them may begin. all: there are no more, or nobody minds
-- REPLY ok | fenced number | unopened
@include opened
@include term
@include clock
@include switch
@include wake
@include ready
@include run-over
-- Unless it has come back, or somebody was faster.
if redis.call('SREM', unfinished .. schedule, '>') == 1 then
  hand_on(schedule)
  if how == 'one' then redis.call('SADD', unfinished .. schedule, '>') end
end
@include stir
return { 'ok' }
