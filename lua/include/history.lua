-- Attempts that did not end their task, a line each.
-- KEYS history
-- Bytes kept of a task, about.
local HISTORY = 65536
local function remember(ids, lines)
  local earlier = redis.call('HMGET', history, unpack(ids))
  local put = {}
  for i = 1, #ids do
    local past = earlier[i]
    if past and #past > HISTORY then
      -- A task that is snoozed for ever must not grow for ever: the oldest attempts go.
      local line = string.find(past, '\n', #past - HISTORY, true)
      past = line and string.sub(past, line + 1)
    end
    put[2 * i - 1], put[2 * i] = ids[i], past and (past .. '\n' .. lines[i]) or lines[i]
  end
  redis.call('HSET', history, unpack(put))
end
