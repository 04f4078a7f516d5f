#!lua flags=allow-oom
-- set-queue: change what is set for a queue, pause or resume it; whoever it kept waiting is woken.
-- KEYS settings opens
-- ARGV pause replace channel queue | name value      (pause: 1, 0, or '' for as it is)
--   replace 1: settings that are not named are back at their defaults. value '': the default
-- REPLY ok | unopened
@include opened
@include clock
@include switch
@include wake
@include wake-waiting
local closed = string.find(switched, '[pfz]')
if replace == '1' then redis.call('DEL', settings) end
for at = rest + 1, #ARGV, 2 do
  if ARGV[at + 1] == '' then
    redis.call('HDEL', settings, ARGV[at])
  else
    redis.call('HSET', settings, ARGV[at], ARGV[at + 1])
  end
end
if pause ~= '' then switch('p', pause == '1') end
switch('l', redis.call('HEXISTS', settings, 'concurrency') == 1)
switch('d', redis.call('HEXISTS', settings, 'maxDepth') == 1)
-- The next claim counts anew.
switch('f', false)
switch('z', false)
redis.call('ZREM', opens, '')
local rated = redis.call('HEXISTS', settings, 'rate') == 1
switch('x', rated or redis.call('EXISTS', opens) == 1)
-- Whom a claim tells that a rate is closed: it is not told itself.
if rated then redis.call('HSET', settings, '@', channel .. ' ' .. queue) else redis.call('HDEL', settings, '@') end
if closed then wake_waiting() end
-- What is kept no longer is looked for.
@include stir
if string.find(switched, 'o', 1, true) then
@include note
  note('queue')
end
return { 'ok' }
