-- Tells promoters when the due set's head has become earlier than `before` (its score, or false for none).
-- One worker is woken too and learns when that is: without a scheduler node it promotes by itself.
-- Whoever uses it includes `tell`.
-- KEYS due
-- ARGV channel queue
local function head_of_due()
  local head = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
  return head[2] and tonumber(head[2]), head[1]
end
local function signal_due(before)
  local head, member = head_of_due()
  if head and (not before or head < before) then
    tell('due ' .. queue .. ' ' .. string.format('%.0f', head))
    wake(string.match(member, '^[^:]+'))
  end
end
