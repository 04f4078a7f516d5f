-- Tells promoters when the due set's head has become earlier than `before` (its score, or false for none).
-- One worker is woken too and learns when that is: without a scheduler node it promotes by itself.
-- Whoever uses it includes `tell`.
-- ARGV channel queue
@include next-due
local function head_of_due()
  local first, member = next_due()
  return first and tonumber(first), member
end
local function signal_due(before)
  local head, member = head_of_due()
  if head and (not before or head < before) then
    tell('due ' .. queue .. ' ' .. string.format('%.0f', head))
    if member then wake(string.match(member, '^[^:]+')) end
  end
end
