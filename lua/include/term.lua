-- A leader's write carries its term; any other term in office means that it was deposed. What is refused is counted, for
-- the latest term of which something was.
-- KEYS term
-- ARGV token
if redis.call('HGET', term, 'token') ~= token then
  local number = string.match(token, '^%d+') or '0'
  if redis.call('HGET', term, 'refusedOf') ~= number then redis.call('HSET', term, 'refusedOf', number, 'refused', 0) end
  redis.call('HINCRBY', term, 'refused', 1)
  return { 'fenced', redis.call('HGET', term, 'number') or '0' }
end
