-- What a task whose unique key is taken comes to, by its mode. Answers the task that has the key where it makes none, or
-- nothing, and where it follows a running task that one's id.
--   '': that task. p: and where that waits, it takes payload and due time. d<ms>: likewise, its due time at most so long
--   after its creation ('' for any). a: where that runs, a follower is made, one at most.
--   t<ms>: also one made less than so long ago that has ended; deleted since: `gone <id> <state> <created>`
-- Whoever uses it includes what `waiting-end` needs, `came-due`, `record`, `ties`, `tie`.
-- KEYS ties unique followers throttles children parents lanes tasks due expires attempts retrying
-- ARGV channel queue
local function handler_of(lane)
  return string.match(redis.call('HGET', lanes, lane) or '', '^[^%w]?%l(.*)$')
end

-- Who made it, where a handler did: the last of its options (see maker.ts). Whoever has a unique key has another one.
local MAKER = '"madeBy":"[^"]*"}$'
local function with_maker(record, with)
  local head, length, from = string.match(record, '^(%S+ %w+ %w+ )(%d+)|()')
  local options = string.sub(record, from, from + length - 1)
  local maker = string.match(string.sub(with, 1, payload_at(with) - 1), MAKER)
  local others = string.match(options, '^(.-),' .. MAKER) or string.sub(options, 1, -2)
  options = others .. (maker and ',' .. maker or '}')
  return head .. #options .. '|' .. options .. string.sub(record, from + length)
end

@include note-moved
local function replace_waiting(id, with, due_at, most)
  local record = redis.call('HGET', tasks, id)
  local lane, other = string.match(record, '^%S+'), string.match(with, '^%S+')
  -- Nobody's handler gets a payload that is meant for another.
  if lane ~= other and handler_of(lane) ~= handler_of(other) then return end
  if holder(id) then return end
  local wanted = math.max(tonumber(due_at), created_in(with))
  if most ~= '' then wanted = math.min(wanted, created_in(record) + tonumber(most)) end
  local put = with_maker(with_payload(with_due(record, wanted), payload_in(with)), with)
  redis.call('HSET', tasks, id, put)
  if #put > BIG then switch('b', true) end
  local expiry = redis.call('ZSCORE', expires, id)
  if expiry then may_expire(id, tonumber(expiry) + due_in(put) - due_in(record)) end
  local member, state = lane .. ':' .. id, 'ready'
  if redis.call('ZSCORE', children, member) then
    redis.call('ZADD', children, 'XX', wanted, member)
    state = 'scheduled'
  elseif redis.call('ZSCORE', due, member) then
    if wanted > now then
      redis.call('ZADD', due, wanted, member)
      state = 'later'
    else
      redis.call('ZREM', due, member)
      redis.call('SREM', retrying, id)
      came_due(lane, id)
    end
  elseif wanted > now then
    take_out(lane, id)
    redis.call('ZADD', due, wanted, member)
    if redis.call('HEXISTS', attempts, id) == 1 then redis.call('SADD', retrying, id) end
    state = 'later'
  end
  if put ~= record and string.find(switched, 'o', 1, true) then
    local attempt = string.match(redis.call('HGET', attempts, id) or '0', '^%d+')
    if state == 'later' then state = attempt == '0' and 'scheduled' or 'retrying' end
    note_moved(id, lane, state, attempt)
  end
end

local function tie_by(mode, id, text, record, due_at, full)
  local kind, value, name = string.sub(mode, 1, 1), string.sub(mode, 2), nil
  for _, one in ipairs(ties_of(text)) do
    if string.find(one.letter, '[ut]') then name = one.name end
  end
  local owner = name and redis.call('HGET', unique, name)
  if not owner then
    if kind == 't' then
      local created, last, state = string.match(redis.call('GET', throttles .. name) or '', '^(%d+) (%S+) (%a*)$')
      if created and tonumber(created) + tonumber(value) > now then
        if redis.call('HEXISTS', tasks, last) == 1 then return last end
        return 'gone ' .. last .. ' ' .. state .. ' ' .. created
      end
      if full then return end
      redis.call('SET', throttles .. name, at .. ' ' .. id .. ' ', 'PX', value)
    end
    if not full then tie(id, text) end
    return
  end
  local follower = string.match(redis.call('HGET', followers, name) or '', '^%S+')
  if kind == 'a' and not follower and holder(owner) then
    if full then return '' end
    redis.call('HSET', followers, name, id .. ' ' .. channel .. ' ' .. queue)
    redis.call('HSET', ties, id, text)
    return nil, owner
  end
  if kind == 'p' or kind == 'd' then replace_waiting(follower or owner, record, due_at, value) end
  if kind == 'p' or kind == 'd' or kind == 'a' then return follower or owner end
  return owner
end

-- It waits for the end of the task before it, as a child for its parent's.
local function follow(lane, id, due_at, owner)
  redis.call('ZADD', children, due_at, lane .. ':' .. id)
  redis.call('ZADD', parents, 0, id .. ' ' .. owner)
end
