#!lua flags=allow-oom
-- prune: delete finished tasks past retention, with everything that was kept of them.
-- KEYS tasks endings history attempts failures ties finished dead cancelled
-- ARGV completed | id       (the first `completed` ids are the head of `finished`, in its order)
-- REPLY ok pruned swept | unopened
@include opened
@include switch
@include sweep
local heads = tonumber(completed)
local ids = {}
-- Sent twice, the second time finds another head and takes nothing.
if heads > 0 and redis.call('LINDEX', finished, 0) == ARGV[rest + 1] then
  redis.call('LPOP', finished, heads)
  for i = 1, heads do ids[i] = ARGV[rest + i] end
end
for at = rest + heads + 1, #ARGV do
  local id = ARGV[at]
  if redis.call('ZREM', dead, id) + redis.call('ZREM', cancelled, id) > 0 then ids[#ids + 1] = id end
end
if #ids > 0 then
  for _, key in ipairs({ tasks, endings, history, attempts, failures, ties }) do
    redis.call('HDEL', key, unpack(ids))
  end
  if redis.call('EXISTS', attempts) == 0 then switch('r', false) end
  if redis.call('EXISTS', tasks) == 0 then switch('b', false) end
end
return { 'ok', #ids, sweep() }
