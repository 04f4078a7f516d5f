#!lua flags=allow-oom
-- leave-office: a node that led tells that it does so no longer. Of one that cannot, its successor tells (allocate-term).
-- KEYS term
-- ARGV token
-- REPLY ok
@include note-shared
local last = redis.call('HMGET', term, 'token', 'node', 'left')
if last[1] == token and last[3] ~= token then
  redis.call('HSET', term, 'left', token)
  note('resigned ' .. last[2])
end
return { 'ok' }
