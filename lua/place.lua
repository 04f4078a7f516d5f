#!lua
-- place: decide in which queue a schedule is made, before any partition is written.
-- KEYS schedules listed removed removals
-- ARGV id target
-- REPLY ok number queues      (queues: this one first, then those that once held it, with commas)
@include clock
local entry = redis.call('HGET', schedules, id) or redis.call('HGET', removed, id) or ''
local before, held = string.match(entry, '^(%d+) (.*)$')
-- Later decisions have greater numbers, those after the removed one was forgotten too: hence at least the time.
local number = string.format('%.0f', math.max(now, tonumber(before or '0') + 1))
local list = { target }
for other in string.gmatch(held or entry, '[^,]+') do
  if other ~= target then list[#list + 1] = other end
end
local queues = table.concat(list, ',')
redis.call('HSET', schedules, id, number .. ' ' .. queues)
redis.call('ZADD', listed, 0, id)
redis.call('HDEL', removed, id)
redis.call('ZREM', removals, id)
return { 'ok', number, queues }
