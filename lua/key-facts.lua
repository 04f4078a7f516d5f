#!lua flags=no-writes
-- key-facts: what each concurrency key has to do, a page of them by name.
-- KEYS layout keyed
-- ARGV after limit
-- REPLY ok now | key backlog oldest running closed | unopened
--   oldest: when the one that has waited longest began to (ms), '' where none waits; closed: why none of it may start
--   now: a time (ms) when its rate opens, 0 for another reason, '' where one may
@include opened
@include clock
@include key-rules
local reply = { 'ok', now }
local from = after == '' and '-' or '(' .. after
for _, key in ipairs(redis.call('ZRANGE', keyed, from, '+', 'BYLEX', 'LIMIT', 0, limit)) do
  local lanes_of_key = redis.call('SMEMBERS', keyLanes .. key)
  local backlog, oldest = 0, nil
  for _, one in ipairs(lanes_of_key) do
    local list = ready .. one .. ':' .. key
    local first = tonumber(redis.call('ZRANGE', list, 0, 0, 'WITHSCORES')[2])
    backlog = backlog + redis.call('ZCARD', list)
    if not oldest or first < oldest then oldest = first end
  end
  local closed = backlog > 0 and refusal(key)
  if backlog > 0 and not closed and rules_of_keys().strict and not next_of(key, lanes_of_key) then closed = 0 end
  local n = #reply
  reply[n + 1] = key
  reply[n + 2] = backlog
  reply[n + 3] = oldest and string.format('%.0f', math.floor(oldest / 1000)) or ''
  reply[n + 4] = redis.call('SCARD', slots .. key)
  reply[n + 5] = closed and string.format('%.0f', closed) or ''
end
return reply
