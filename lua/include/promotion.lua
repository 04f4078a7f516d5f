-- Moves up to `limit` tasks that are due at `now` from the due set to the ready list of their lane.
-- A member is `<lane>:<id>` in both places, so nothing is looked up or rebuilt on the way.
-- A run of a schedule that comes due this late (ms) for the first time is set aside for the leader to judge; its
-- policy decides about one whose schedule has an unfinished run.
-- KEYS due attempts late
@include run-lane
local TOO_LATE = 10000
local function promotion(limit)
  if switched ~= '' and string.find(switched, 'x', 1, true) then
@include open-rates
  end
  local members = redis.call('ZRANGE', due, '-inf', now, 'BYSCORE', 'LIMIT', 0, limit)
  local moved = #members
  if moved == 0 then return 0 end
  local old = redis.call('ZCOUNT', due, '-inf', now - TOO_LATE)
  local arrived, order, of_schedules, of_keys = {}, {}, nil, nil
  for i = 1, moved do
    local member = members[i]
    local colon = string.find(member, ':', 1, true)
    local lane = string.sub(member, 1, colon - 1)
    local id = i <= old and string.match(member, '^[^!+]+@%d+$', colon + 1)
    if id and redis.call('HEXISTS', attempts, id) == 0 then
      redis.call('ZADD', late, 0, late_member(lane, id))
    else
      local list = arrived[lane]
      if not list then
        if is_of_runs(lane) then
          of_schedules = of_schedules or {}
          list = of_schedules
        elseif string.byte(lane) == 35 then
          -- Of all lanes in their order, because a key may have tasks in several.
          of_keys = of_keys or {}
          list = of_keys
        else
          list = {}
          order[#order + 1] = lane
        end
        arrived[lane] = list
      end
      list[#list + 1] = member
    end
  end
  redis.call('ZREMRANGEBYRANK', due, 0, moved - 1)
  if switched ~= '' and string.find(switched, 'r', 1, true) then
@keys retrying
    local ids = {}
    for i = 1, moved do ids[i] = string.match(members[i], ':(.*)$') end
    redis.call('SREM', retrying, unpack(ids))
  end
  for _, lane in ipairs(order) do became_ready(lane, arrived[lane]) end
  if of_keys then became_ready('#', of_keys) end
  if of_schedules then
@include switch
@include ledger
@include runs-due
    runs_came_due(of_schedules)
  end
  return moved
end
