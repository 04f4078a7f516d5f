#!lua
-- take-office: install a term in a partition, unless one as late is there.
-- KEYS term
-- ARGV number token node
-- REPLY ok | fenced number | unopened
@include opened
local current = redis.call('HMGET', term, 'number', 'token')
if current[2] == token then return { 'ok' } end
if tonumber(number) <= tonumber(current[1] or '0') then return { 'fenced', current[1] } end
redis.call('HSET', term, 'number', number, 'token', token, 'node', node)
return { 'ok' }
