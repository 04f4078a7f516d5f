#!lua
-- place: decide in which queue schedules are made, before any partition is written.
-- KEYS placed removed removals
-- ARGV | id target
-- REPLY ok | number queues      (queues: the target first, then those that once held it, with commas)
@include clock
@include placed
local reply = { 'ok' }
for at = rest + 1, #ARGV, 2 do
  local id, target = ARGV[at], ARGV[at + 1]
  local standing = placed_of(id)
  local former = not standing and redis.call('HGET', removed, id)
  local before, held = string.match(standing or former or '', '^(%d+) (.*)$')
  -- Later decisions have greater numbers, those after the removed one was forgotten too: hence at least the time.
  local number = string.format('%.0f', math.max(now, tonumber(before or '0') + 1))
  local list = { target }
  for other in string.gmatch(held or '', '[^,]+') do
    if other ~= target then list[#list + 1] = other end
  end
  local queues = table.concat(list, ',')
  if standing then redis.call('ZREM', placed, id .. ' ' .. standing) end
  redis.call('ZADD', placed, 0, id .. ' ' .. number .. ' ' .. queues)
  if former then
    redis.call('HDEL', removed, id)
    redis.call('ZREM', removals, id)
  end
  reply[#reply + 1] = number
  reply[#reply + 1] = queues
end
return reply
