#!lua flags=allow-oom
-- enqueue-undo: end the transaction of enqueue-plain: where it has done nothing, no record stays that came after it.
-- KEYS tasks undone switches
-- ARGV big
--   big: '1' where some record may be larger than BIG bytes (see big.lua)
-- REPLY ok
local undo = redis.call('HGETALL', undone)
if #undo > 0 then
  for i = 1, #undo, 2 do
    if undo[i + 1] == '' then
      redis.call('HDEL', tasks, undo[i])
    else
      redis.call('HSET', tasks, undo[i], undo[i + 1])
    end
  end
  redis.call('DEL', undone)
elseif big == '1' then
  local switched = redis.call('GET', switches) or ''
@include switch
  switch('b', true)
end
return { 'ok' }
