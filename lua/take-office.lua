#!lua
-- take-office: install a term in a partition, unless one as late is there.
-- KEYS term terms
-- ARGV number token node
-- REPLY ok | fenced number | unopened
@include opened
@include clock
local current = redis.call('HMGET', term, 'number', 'token')
if current[2] == token then return { 'ok' } end
if tonumber(number) <= tonumber(current[1] or '0') then return { 'fenced', current[1] } end
redis.call('HSET', term, 'number', number, 'token', token, 'node', node)
redis.call('RPUSH', terms, number .. ' ' .. at)
redis.call('LTRIM', terms, -100, -1)
return { 'ok' }
