-- ended: the unique key of a task that is over is free, or that of the task that follows it, which goes on.
-- Whoever uses it includes `ready`.
@keys unique followers throttles due told tasks
@include children
@include note-moved
local some_follow = redis.call('EXISTS', followers) == 1
local function go_on(id, after, channel, queue)
  local lane = string.match(redis.call('HGET', tasks, id), '^%S+')
  local member = lane .. ':' .. id
  redis.call('ZREM', parents, id .. ' ' .. after)
  local due_at = redis.call('ZSCORE', children, member)
  if not due_at or #parents_awaited(id, 1) > 0 then return end
  redis.call('ZREM', children, member)
  note_moved(id, lane, tonumber(due_at) > now and 'scheduled' or 'ready', 0)
  if tonumber(due_at) <= now then
    became_ready(lane, { member })
  else
    redis.call('ZADD', due, due_at, member)
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
