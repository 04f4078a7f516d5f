-- ended: the unique key of a task that is over is free, or that of the task that follows it, which goes on.
-- Whoever uses it includes `ready`.
@keys unique followers throttles told tasks
@include children
@include child-goes-on
local some_follow = redis.call('EXISTS', followers) == 1
local function go_on(id, after, channel, queue)
  local lane = string.match(redis.call('HGET', tasks, id), '^%S+')
  redis.call('ZREM', parents, id .. ' ' .. after)
  local due_at = child_goes_on(lane, id)
  if due_at then
    redis.call('INCR', told)
    redis.call('PUBLISH', channel, 'due ' .. queue .. ' ' .. due_at)
  end
end
local function free_key(tied, id)
  local name = tied.name
  if tied.letter == 't' then
    local seen = redis.call('GET', throttles .. name)
    if seen and string.match(seen, '^%d+ (%S+)') == id then
      local letter = state == 'completed' and 'c' or state == 'dead' and 'd' or 'x'
      redis.call('SET', throttles .. name, string.match(seen, '^%d+ %S+ ') .. letter, 'KEEPTTL')
    end
  end
  if some_follow then
    local follower, channel, queue = string.match(redis.call('HGET', followers, name) or '', '^(%S+) (%S+) (%S+)$')
    if follower == id then
      redis.call('HDEL', followers, name)
    elseif follower and redis.call('HGET', unique, name) == id then
      redis.call('HDEL', followers, name)
      redis.call('HSET', unique, name, follower)
      go_on(follower, id, channel, queue)
    end
  end
  if redis.call('HGET', unique, name) == id then redis.call('HDEL', unique, name) end
end
