#!lua flags=allow-oom
-- prune: delete finished tasks past retention, with everything that was kept of them.
-- KEYS tasks endings history attempts failures ties finished dead cancelled keeps kept counters samples
-- ARGV completed exact | id       (the first `completed` ids are the head of `finished`, in its order)
--   exact: 1 where a retention of their own does not matter
-- REPLY ok pruned swept | unopened
@include opened
@include clock
@include switch
@include sweep
@include forget-reports
local heads = tonumber(completed)
local ids, completions = {}, 0
-- Sent twice, the second time finds another head and takes nothing.
if heads > 0 and redis.call('LINDEX', finished, 0) == ARGV[rest + 1] then
  redis.call('LPOP', finished, heads)
  for i = 1, heads do ids[i] = ARGV[rest + i] end
  completions = heads
end
local some_kept = redis.call('EXISTS', keeps) == 1
local function is_taken(id)
  local goes = some_kept and redis.call('ZSCORE', keeps, id)
  if not goes then return redis.call('ZREM', dead, id) + redis.call('ZREM', cancelled, id) > 0 end
  if exact ~= '1' and tonumber(goes) > now then
    -- Older than all that are left, it stands aside until its own time.
    for state, key in pairs({ dead = dead, cancelled = cancelled }) do
      local ended = redis.call('ZSCORE', key, id)
      if ended then
        redis.call('ZADD', kept .. state, ended, id)
        redis.call('ZREM', key, id)
      end
    end
    return false
  end
  redis.call('ZREM', keeps, id)
  local found = redis.call('ZREM', dead, id) + redis.call('ZREM', cancelled, id)
  for _, state in ipairs({ 'completed', 'dead', 'cancelled' }) do
    local stood = redis.call('ZREM', kept .. state, id)
    found = found + stood
    if state == 'completed' then completions = completions + stood end
  end
  return found > 0
end
for at = rest + heads + 1, #ARGV do
  if is_taken(ARGV[at]) then ids[#ids + 1] = ARGV[at] end
end
if #ids > 0 then
  for _, key in ipairs({ tasks, endings, history, attempts, failures, ties }) do
    redis.call('HDEL', key, unpack(ids))
  end
  forget_reports(ids)
  redis.call('HINCRBY', counters, 'deleted', #ids)
  if completions > 0 then redis.call('HINCRBY', counters, 'completed', completions) end
  if redis.call('EXISTS', attempts) == 0 then switch('r', false) end
  if redis.call('EXISTS', tasks) == 0 then
    switch('b', false)
    -- It begins anew, and so do its totals.
    redis.call('DEL', counters, samples)
  end
end
return { 'ok', #ids, sweep() }
