#!lua flags=allow-oom
-- mark-planned: the leader's planning goes on.
-- KEYS term
-- ARGV token number settled
-- REPLY ok | fenced number
@include term
@include clock
redis.call('HSET', term, 'planned', number .. ':' .. at)
if settled ~= '' then redis.call('HDEL', term, 'deposed') end
return { 'ok' }
