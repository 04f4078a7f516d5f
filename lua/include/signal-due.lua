-- Tells promoters when the due set's head has become earlier than `before` (its score, or false for none).
-- When it is due within the longest wait of a worker, one worker is woken too: alone, it promotes by itself.
-- KEYS due
-- ARGV channel queue
local LONGEST_WAIT = 2000
local function head_of_due()
  local head = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
  return head[2] and tonumber(head[2]), head[1]
end
local function signal_due(before)
  local head, member = head_of_due()
  if head and (not before or head < before) then
    redis.call('PUBLISH', channel, 'due ' .. queue .. ' ' .. string.format('%.0f', head))
    if head < now + LONGEST_WAIT then wake(string.match(member, '^[^:]+')) end
  end
end
