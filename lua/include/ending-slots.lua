-- let_go: attempts that are over hold the slot of their key no longer.
@keys ties heads
@include key-in
@include wake
@include gate
local texts = redis.call('HMGET', ties, unpack(ids, 1, count))
for i = 1, count do
  local key = key_in(texts[i])
  -- One that holds its key under strict order lets go of it when it has ended, or is ready again.
  if key and redis.call('SREM', slots .. key, ids[i]) == 1
    and not (rules_of_keys().strict and redis.call('HGET', heads, key) == ids[i]) then
    gate(key, opened)
  end
end
