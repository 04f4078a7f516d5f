#!lua flags=allow-oom
-- outbox: take out messages that were delivered, and tell those that are to be delivered next, the oldest first.
-- KEYS outbox askers
-- ARGV limit | message asker
--   of a question (`?…`, see await-parents.lua) the asker is ''; of a parent's end (`!…`, see asked-of.lua) it is who was told
-- REPLY ok | message asker | unopened
@include opened
@include switch
local call = redis.call
for at = rest + 1, #ARGV, 2 do
  local message, asker = ARGV[at], ARGV[at + 1]
  if asker ~= '' then call('ZREM', askers .. message, asker) end
  if asker == '' or call('EXISTS', askers .. message) == 0 then call('ZREM', outbox, message) end
end
local reply, left = { 'ok' }, tonumber(limit)
for _, message in ipairs(call('ZRANGE', outbox, 0, left - 1)) do
  if left <= 0 then break end
  local told = string.sub(message, 1, 1) == '!' and call('ZRANGE', askers .. message, 0, left - 1) or { '' }
  for _, asker in ipairs(told) do
    reply[#reply + 1] = message
    reply[#reply + 1] = asker
  end
  left = left - #told
end
switch('m', call('EXISTS', outbox) == 1)
return reply
