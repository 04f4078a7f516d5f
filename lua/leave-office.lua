#!lua flags=allow-oom
-- leave-office: a node that led tells that it does so no longer. Of one that cannot, its successor tells (allocate-term).
-- KEYS term
-- ARGV token why      (why: a word, and more as JSON)
-- REPLY ok
@include note-shared
@include note-reign
@include clock
local last = redis.call('HMGET', term, 'token', 'node', 'left')
if last[1] == token and last[3] ~= token then
  redis.call('HSET', term, 'left', token)
  note('resigned ' .. last[2])
  note_reign('left ' .. string.match(token, '^%d+') .. ' ' .. at .. ' ' .. why)
end
return { 'ok' }
