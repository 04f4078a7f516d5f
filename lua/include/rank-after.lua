-- Places in sorted sets that are still right when members have come and gone.

-- By bytes, as sorted sets compare; Lua's own comparison goes by the server's locale.
local function before(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x < y end
  end
  return #a < #b
end

-- The rank of what follows a score and a member, which may have left the set, counted from the end where `reversed`.
local function rank_after(key, score, member, reversed)
  local low, high
  if reversed then
    low, high = redis.call('ZCOUNT', key, '(' .. score, '+inf'), redis.call('ZCOUNT', key, score, '+inf')
  else
    low, high = redis.call('ZCOUNT', key, '-inf', '(' .. score), redis.call('ZCOUNT', key, '-inf', score)
  end
  while low < high do
    local middle = math.floor((low + high) / 2)
    local there = redis.call(reversed and 'ZREVRANGE' or 'ZRANGE', key, middle, middle)[1]
    local passed = there == member
    if not passed and reversed then passed = before(member, there) end
    if not passed and not reversed then passed = before(there, member) end
    if passed then low = middle + 1 else high = middle end
  end
  return low
end
