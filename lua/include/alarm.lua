-- Tells promoters when the due set's head has become earlier than `before` (its score, or false for none).
local function head_of_due()
  local head = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
  return head[2] and tonumber(head[2])
end
local function alarm(before)
  local head = head_of_due()
  if head and (not before or head < before) then
    redis.call('PUBLISH', channel, 'due ' .. queue .. ' ' .. string.format('%.0f', head))
  end
end
