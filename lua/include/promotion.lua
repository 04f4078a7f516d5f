-- Moves up to `limit` tasks that are due at `now` from the due set to the ready list of their lane.
-- A member is `<lane>:<id>` in both places, so nothing is looked up or rebuilt on the way.
-- KEYS due
local function promotion(limit)
  local members = redis.call('ZRANGE', due, '-inf', now, 'BYSCORE', 'LIMIT', 0, limit)
  local moved = #members
  if moved == 0 then return 0 end
  local arrived, order = {}, {}
  for i = 1, moved do
    local member = members[i]
    local lane = string.sub(member, 1, string.find(member, ':', 1, true) - 1)
    local list = arrived[lane]
    if not list then
      list = {}
      arrived[lane] = list
      order[#order + 1] = lane
    end
    list[#list + 1] = member
  end
  redis.call('ZREMRANGEBYRANK', due, 0, moved - 1)
  for _, lane in ipairs(order) do became_ready(lane, arrived[lane]) end
  return moved
end
