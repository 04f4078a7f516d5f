#!lua flags=allow-oom
-- follow: what a schedule left behind in another queue, as the leader finds it, holds up its runs here or no longer does.
-- KEYS elsewhere unfinished
-- ARGV token schedule entry how
--   entry: see `elsewhere`. how: block, free, or over, after which nobody looks there any more
-- REPLY ok | fenced number | unopened
@include opened
@include term
@include clock
@include switch
@include wake
@include ready
@include run-over
local mark = '>' .. entry
if how == 'block' then
  if redis.call('SISMEMBER', elsewhere, schedule .. ' ' .. entry) == 1 then
    redis.call('SADD', unfinished .. schedule, mark)
  end
  return { 'ok' }
end
if how == 'over' then redis.call('SREM', elsewhere, schedule .. ' ' .. entry) end
if redis.call('SREM', unfinished .. schedule, mark) == 1 then hand_on(schedule) end
@include stir
return { 'ok' }
