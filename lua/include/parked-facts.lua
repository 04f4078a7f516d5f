-- What a task waits for besides time: of a parked run `parked` and the unfinished runs of its schedule, of a child
-- `child`, when it is due, and parents, ten of either at most; nothing for others.
-- KEYS parked unfinished children
@include parked
@include children
@include run-lane
local function waits_for(lane, id)
  local dueAt = redis.call('ZSCORE', children, lane .. ':' .. id)
  if dueAt then
    local rows = parents_awaited(id, 10)
    for i, row in ipairs(rows) do rows[i] = string.sub(row, #id + 2) end
    return 'child ' .. dueAt .. ' ' .. table.concat(rows, ' ')
  end
  if not is_of_runs(lane) then return nil end
  local schedule, nominal, suffix = string.match(id, '^([^!+]+)@(%d+)(.*)$')
  local stands = redis.call('ZSCORE', parked, parked_member(0, lane, schedule, nominal, suffix))
    or redis.call('ZSCORE', parked, parked_member(1, lane, schedule, nominal, suffix))
  if not stands then return nil end
  local others = redis.call('SMEMBERS', unfinished .. schedule)
  table.sort(others)
  local ids = {}
  for _, other in ipairs(others) do
    if string.sub(other, 1, 1) ~= '>' then ids[#ids + 1] = string.gsub(other, '^%+', '') end
  end
  return 'parked ' .. table.concat(ids, ' ', 1, math.min(#ids, 10))
end
