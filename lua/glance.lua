#!lua flags=no-writes
-- glance: for each of some partitions what changes with whatever goes on there, as one question.
-- KEYS
-- ARGV | of      (of: its prefix)
-- REPLY ok | mark singled      (singled: how many schedules there have instants with a word of their own)
local reply = { 'ok' }
for at = rest + 1, #ARGV do
  local prefix = ARGV[at]
@keys tasks due late parked children finished dead cancelled kept counters settings switches told singled
  local facts = {
    redis.call('HLEN', tasks), redis.call('ZCARD', due), redis.call('ZCARD', late), redis.call('ZCARD', parked),
    redis.call('ZCARD', children), redis.call('LLEN', finished), redis.call('ZCARD', dead), redis.call('ZCARD', cancelled),
  }
  -- Not counted are those that run: with them changes what is neither here nor ended, or how many attempts are over.
  for _, state in ipairs({ 'completed', 'dead', 'cancelled' }) do facts[#facts + 1] = redis.call('ZCARD', kept .. state) end
  local function add(values, count)
    for i = 1, count do facts[#facts + 1] = values[i] or '' end
  end
  add(redis.call('MGET', told, switches), 2)
  add(redis.call('HMGET', counters, 'deleted', 'completed', 'over', 'failed'), 4)
  local set = redis.call('HGETALL', settings)
  add(set, #set)
  reply[#reply + 1] = redis.sha1hex(table.concat(facts, ' '))
  reply[#reply + 1] = redis.call('SCARD', singled)
end
return reply
