-- Who holds each of several tasks: every worker with a lease tells once what it holds, by the shorter of two ways, so
-- that many tasks cost little more than one. Answers id → worker and id → token.
-- KEYS workers inflight
local function holders(ids)
  local of, tokens, asked = {}, {}, {}
  if #ids == 0 then return of, tokens end
  for _, id in ipairs(ids) do asked[id] = true end
  for _, worker in ipairs(redis.call('ZRANGE', workers, 0, -1)) do
    local holds = inflight .. worker
    if #ids < 4 or redis.call('HLEN', holds) > 2 * #ids then
      for i, token in ipairs(redis.call('HMGET', holds, unpack(ids))) do
        if token then of[ids[i]], tokens[ids[i]] = worker, token end
      end
    else
      local all = redis.call('HGETALL', holds)
      for i = 1, #all, 2 do
        if asked[all[i]] then of[all[i]], tokens[all[i]] = worker, all[i + 1] end
      end
    end
  end
  return of, tokens
end
