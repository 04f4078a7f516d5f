#!lua flags=no-writes
-- count: how many tasks of a partition are in each state, and how many stand in each ready list.
-- KEYS layout lanes tasks due late parked children workers finished dead cancelled kept gone ready inflight settings switches keyCounts
-- ARGV known | lane
--   known: the birth and the number of lane fields that the lanes were read at
-- REPLY ok scheduled ready running completed dead cancelled switches settingFields (setting value)… | length | lanes
@include held-count
if (redis.call('GET', layout) or '') .. '/' .. redis.call('HLEN', lanes) ~= known then return { 'lanes' } end
-- Tombstones looked at; where there are more, what was cancelled counts as waiting in its lane, and only there.
local MOST = 1000
local scheduled = redis.call('ZCARD', due) + redis.call('ZCARD', late) + redis.call('ZCARD', parked)
  + redis.call('ZCARD', children)
local running = held_count()
local ended = { redis.call('LLEN', finished), redis.call('ZCARD', dead), redis.call('ZCARD', cancelled) }
for i, state in ipairs({ 'completed', 'dead', 'cancelled' }) do ended[i] = ended[i] + redis.call('ZCARD', kept .. state) end
-- A task is in one state, so what is in none of the others is ready.
local waiting = redis.call('HLEN', tasks) - scheduled - running - ended[1] - ended[2] - ended[3]
local all = redis.call('HGETALL', settings)
local reply = { 'ok', scheduled, waiting, running, ended[1], ended[2], ended[3],
  redis.call('GET', switches) or '', #all, unpack(all) }
local buried = {}
local count = redis.call('HLEN', gone)
if count > 0 and count <= MOST then
  local tombstones = redis.call('HGETALL', gone)
  for i = 1, #tombstones, 2 do
    local lane = string.match(tombstones[i], '^[^:]*')
    buried[lane] = (buried[lane] or 0) + tonumber(tombstones[i + 1])
  end
end
for at = rest + 1, #ARGV do
  local length
  if string.byte(ARGV[at]) < 39 then
    length = tonumber(redis.call('HGET', keyCounts, ARGV[at]) or '0')
  else
    length = redis.call('LLEN', ready .. ARGV[at]) - (buried[ARGV[at]] or 0)
  end
  reply[#reply + 1] = math.max(0, math.min(length, waiting))
end
return reply
