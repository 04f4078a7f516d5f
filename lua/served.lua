#!lua flags=no-writes
-- served: the queues and handlers that present workers have between them, those of alike workers once.
-- KEYS offers serving
-- ARGV
-- REPLY ok | serves
@include clock
local reply = { 'ok' }
local all = redis.call('HGETALL', offers)
for i = 1, #all, 2 do
  local last = redis.call('ZREVRANGE', serving .. all[i], 0, 0, 'WITHSCORES')
  if last[2] and tonumber(last[2]) > now then reply[#reply + 1] = all[i + 1] end
end
return reply
