-- A rate is closed until a time: promotion opens it then. Nodes are told where nothing comes before it.
-- `whose`: a key, or '' for the queue.
-- KEYS opens settings told
@include next-due
@include switch
local function close_rate(whose, until_ms)
  local before = next_due()
  redis.call('ZADD', opens, string.format('%.0f', until_ms), whose)
  switch('x', true)
  if before and tonumber(before) <= until_ms then return end
  local channel, queue = string.match(redis.call('HGET', settings, '@') or '', '^(%S+) (%S+)$')
  redis.call('INCR', told)
  if channel then redis.call('PUBLISH', channel, 'due ' .. queue .. string.format(' %.0f', until_ms)) end
end
