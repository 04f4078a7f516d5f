#!lua flags=allow-oom
-- announce: a process says that it is there; some of those not heard of for ten times their time are forgotten.
-- KEYS nodes queues told
-- ARGV kind id ttl facts offer serves former obeyed
--   offer: what stands for `serves`, the queues and handlers of a worker; '' for a node
--   former: ids that this worker went by before, the latest first; what was asked of it by those is asked of it by this one
--   obeyed: the nonce of the orders it follows, or ''
-- REPLY ok now orders told queues
--   orders: those it does not follow yet, or ''
--   told: changes with whatever nodes were told of file sets and operations; queues: how many there are; of a node only
@include clock
@include note-shared
@include left
local new = redis.call('HSET', kind == 'node' and nodes or workers, id, at .. ':' .. ttl .. ':' .. facts) == 1
if new and kind == 'worker' then note('joined ' .. id) end
redis.call('ZADD', forgotten, string.format('%.0f', now + 10 * tonumber(ttl)), kind .. ':' .. id)
for _, one in ipairs(redis.call('ZRANGE', forgotten, '-inf', at, 'BYSCORE', 'LIMIT', 0, 20)) do
  local what, gone = string.match(one, '^(%a+):(.*)$')
  local was = redis.call('HDEL', what == 'node' and nodes or workers, gone) == 1
  if was and what == 'worker' then note('left ' .. gone) end
  if what == 'worker' then redis.call('HDEL', orders, gone) end
  redis.call('ZREM', forgotten, one)
end
if offer == '' then return { 'ok', now, '', redis.call('GET', told) or '', redis.call('SCARD', queues) } end
local by = serving .. offer
redis.call('HSETNX', offers, offer, serves)
redis.call('ZREMRANGEBYSCORE', by, '-inf', '(' .. at)
redis.call('ZADD', by, string.format('%.0f', now + tonumber(ttl)), id)
redis.call('PEXPIRE', by, 10 * tonumber(ttl))
-- Alike workers share one offer, so there are few.
if now % 16 == 0 then
  for _, other in ipairs(redis.call('HKEYS', offers)) do
    if redis.call('EXISTS', serving .. other) == 0 then redis.call('HDEL', offers, other) end
  end
end
for before in string.gmatch(former, '%S+') do
  local unread = redis.call('HGET', orders, before)
  if unread then redis.call('HSETNX', orders, id, unread) end
  left(before)
end
local asked = redis.call('HGET', orders, id)
if not asked or string.match(asked, '^%S*') == obeyed then asked = '' end
return { 'ok', now, asked, '', 0 }
