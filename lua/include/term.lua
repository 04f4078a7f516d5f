-- A leader's write carries its term; any other term in office means that it was deposed.
-- KEYS term
-- ARGV token
if redis.call('HGET', term, 'token') ~= token then
  return { 'fenced', redis.call('HGET', term, 'number') or '0' }
end
