-- became_ready: members of keyed lanes. Their stamps grow whatever the clock does, over all lanes, and tell when each
-- began to wait.
@keys ties keyCounts stamp heads
@include key-in
@include gate
local ids = {}
for i, member in ipairs(members) do ids[i] = string.match(member, ':(.*)$') end
local texts = redis.call('HMGET', ties, unpack(ids))
local clock = redis.call('TIME')
local last = tonumber(redis.call('GET', stamp) or '0')
local first = math.max(last + 1, clock[1] * 1000000 + clock[2])
redis.call('SET', stamp, string.format('%.0f', first + #members - 1))
for n = 1, #members do
  local i = ahead and #members + 1 - n or n
  local own, key = string.match(members[i], '^[^:]*'), key_in(texts[i])
  local list, score = ready .. own .. ':' .. key, first + i - 1
  local standing = redis.call('ZRANGE', list, 0, 0, 'WITHSCORES')
  if ahead and standing[2] then score = tonumber(standing[2]) - 1 end
  if redis.call('ZADD', list, 'NX', string.format('%.0f', score), ids[i]) == 1 then
    redis.call('HINCRBY', keyCounts, own, 1)
    if not standing[1] then
      redis.call('SADD', keyLanes .. key, own)
      redis.call('ZADD', keyed, 0, key)
    end
    -- One that was begun before and comes back is next, whoever stands there.
    if ahead or not standing[1] or redis.call('HGET', heads, key) == ids[i] then gate(key) end
  end
end
