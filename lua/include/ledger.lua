-- The ledger of a schedule is one value, `<version>:<bytes>`, made by the caller and never read here. Single exceptions
-- stand beside it until it takes them in.
-- KEYS ledgers backlogs singled singles
local function ledger_version(schedule)
  local stored = redis.call('HGET', ledgers, schedule)
  return stored and string.match(stored, '^%d+') or '0'
end
-- `hex`: the bytes, because a call carries text. `open`: before this time nothing of its backlog fires; '': it has none.
local function write_ledger(schedule, version, hex, open)
  local bytes = string.gsub(hex, '%x%x', function(pair) return string.char(tonumber(pair, 16)) end)
  redis.call('HSET', ledgers, schedule, string.format('%.0f', tonumber(version) + 1) .. ':' .. bytes)
  if open == '' then
    redis.call('ZREM', backlogs, schedule)
  else
    redis.call('ZADD', backlogs, open, schedule)
  end
end
local function take_single(schedule, nominal)
  redis.call('HDEL', singles .. schedule, nominal)
  if redis.call('EXISTS', singles .. schedule) == 0 then redis.call('SREM', singled, schedule) end
end
local function write_single(schedule, nominal, word)
  redis.call('HSET', singles .. schedule, nominal, word)
  redis.call('SADD', singled, schedule)
end
local function drop_ledger(schedule)
  redis.call('HDEL', ledgers, schedule)
  redis.call('ZREM', backlogs, schedule)
  redis.call('SREM', singled, schedule)
  redis.call('DEL', singles .. schedule)
end
