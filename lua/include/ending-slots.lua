-- let_go: attempts that are over hold the slot of their key no longer.
@keys ties
@include key-in
@include wake
@include gate
local texts = redis.call('HMGET', ties, unpack(ids, 1, count))
for i = 1, count do
  local key = key_in(texts[i])
  if key and redis.call('SREM', slots .. key, ids[i]) == 1 then gate(key, opened) end
end
