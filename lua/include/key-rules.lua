-- What is set for keys, and what it means for one: reads only. See gate.lua.
-- KEYS ready slots keyLanes settings heads keyStarts
@include rates
local read_rules = nil
local function rules_of_keys()
  if not read_rules then
    local set = redis.call('HMGET', settings, 'keyConcurrency', 'keyOrder', 'rate')
    local strict = set[2] == '"strict"'
    local limit = strict and 1 or set[1] and tonumber(set[1]) or math.huge
    read_rules = { limit = limit, strict = strict, rates = rates_of(set[3], 'k') }
  end
  return read_rules
end

-- Why no task of this key may start now: 0, or when its rate opens (ms); nothing when one may.
local function refusal(key)
  local rules = rules_of_keys()
  if rules.limit < math.huge and redis.call('SCARD', slots .. key) >= rules.limit then return 0 end
  if #rules.rates == 0 then return nil end
  local opens_at = opening(keyStarts .. key, rules.rates, 1)
  return opens_at > now and opens_at or nil
end

-- Under strict order: the lane of the task of this key that is next, and its id where it was begun before. Nothing while
-- one that was begun waits for its next attempt.
local function next_of(key, lanes_of_key)
  local head = redis.call('HGET', heads, key)
  if not head and #lanes_of_key == 1 then return lanes_of_key[1] end
  local found, least = nil, math.huge
  for _, one in ipairs(lanes_of_key) do
    local list = ready .. one .. ':' .. key
    if head then
      if redis.call('ZSCORE', list, head) then return one, head end
    else
      local stamp_of_first = tonumber(redis.call('ZRANGE', list, 0, 0, 'WITHSCORES')[2])
      if stamp_of_first < least then found, least = one, stamp_of_first end
    end
  end
  return found
end
