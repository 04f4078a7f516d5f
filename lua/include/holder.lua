-- Who holds a task: only a worker with a lease entry can, so those are asked.
local function holder(id)
  for _, worker in ipairs(redis.call('ZRANGE', workers, 0, -1)) do
    local token = redis.call('HGET', prefix .. 'inflight:' .. worker, id)
    if token then return worker, token end
  end
end
