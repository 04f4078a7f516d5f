#!lua
-- allocate-term: the next term, for the node that holds the lock.
-- KEYS term reigns
-- ARGV node lockValue lockKey      (lockKey '': the lock is kept elsewhere)
-- REPLY ok number token since | lost
@include clock
-- When the lock lives beside the term, it is verified in the same breath.
if lockKey ~= '' and redis.call('GET', lockKey) ~= lockValue then return { 'lost' } end
-- At least the time: a counter alone could be given out twice after a failover that lost writes.
local number = math.max(tonumber(redis.call('HGET', term, 'number') or '0') + 1, now)
local text = string.format('%.0f', number)
local token = text .. ':' .. node .. ':' .. lockValue
local last = redis.call('HMGET', term, 'token', 'node', 'left', 'number', 'planned')
redis.call('HSET', term, 'number', text, 'token', token, 'node', node, 'lockValue', lockValue,
  'since', string.format('%.0f', now), 'planned', text .. ':' .. at)
@include note-shared
@include note-reign
if last[1] and last[3] ~= last[1] then
  note('resigned ' .. last[2])
  -- Nobody told of its end: it was heard of last when its planning went on.
  local heard = string.match(last[5] or '', '^' .. last[4] .. ':(%d+)$')
  note_reign('gone ' .. last[4] .. ' ' .. (heard or ''))
end
note('elected ' .. node)
note_reign('elected ' .. text .. ' ' .. at .. ' ' .. node)
return { 'ok', text, token, string.format('%.0f', now) }
