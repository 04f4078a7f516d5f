#!lua flags=allow-oom
-- set-queue: change what is set for a queue, pause or resume it; whoever it kept waiting is woken.
-- KEYS settings opens
-- ARGV pause replace file channel queue | name value place      (pause: 1, 0, or '' for as it is)
--   replace 1: settings that are not named are back at their defaults. value '': the default
--   file: the configuration file whose settings these are, each with its place in it; what it named before and names no
--   longer is back at its default. '': somebody else's, who changes nothing that a file has named
-- REPLY ok | owned (name place)… | unopened      (what files have named, and where)
@include opened
@include clock
@include switch
@include wake
@include wake-waiting
local OWNED = 'file:'
local closed = string.find(switched, '[pfz]')
local all, stored = redis.call('HGETALL', settings), {}
for i = 1, #all, 2 do stored[all[i]] = all[i + 1] end
local named, owned = {}, { 'owned' }
for at = rest + 1, #ARGV, 3 do
  local name = ARGV[at]
  named[name] = true
  if file == '' and stored[OWNED .. name] and stored[name] ~= ARGV[at + 1] then
    owned[#owned + 1] = name
    owned[#owned + 1] = string.match(stored[OWNED .. name], '\n(.*)$')
  end
end
for field in pairs(stored) do
  local of = stored[OWNED .. field]
  if string.sub(field, 1, #OWNED) ~= OWNED and not named[field] then
    if file ~= '' and of and string.match(of, '^[^\n]*') == file then
      redis.call('HDEL', settings, field, OWNED .. field)
    elseif replace == '1' and file == '' and of then
      owned[#owned + 1] = field
      owned[#owned + 1] = string.match(of, '\n(.*)$')
    end
  end
end
if #owned > 1 then return owned end
if replace == '1' then
  for field in pairs(stored) do
    if string.sub(field, 1, #OWNED) ~= OWNED and not named[field] then redis.call('HDEL', settings, field) end
  end
end
for at = rest + 1, #ARGV, 3 do
  if ARGV[at + 1] == '' then
    redis.call('HDEL', settings, ARGV[at])
  else
    redis.call('HSET', settings, ARGV[at], ARGV[at + 1])
  end
  if file ~= '' then redis.call('HSET', settings, OWNED .. ARGV[at], file .. '\n' .. ARGV[at + 2]) end
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
