-- Who holds a task: only a worker with a lease entry can, so those are asked.
-- KEYS workers inflight
local everybody = nil
local function holder(id)
  everybody = everybody or redis.call('ZRANGE', workers, 0, -1)
  for _, worker in ipairs(everybody) do
    local token = redis.call('HGET', inflight .. worker, id)
    if token then return worker, token end
  end
end
