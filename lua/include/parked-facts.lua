-- What a parked run waits for: `parked`, and the unfinished runs of its schedule; nothing for a task that is not parked.
-- KEYS parked unfinished
@include parked
local function waits_for(lane, id)
  if string.find(lane, '^[@+]') == nil then return nil end
  local schedule, nominal, suffix = string.match(id, '^([^!+]+)@(%d+)(.*)$')
  local stands = redis.call('ZSCORE', parked, parked_member(0, lane, schedule, nominal, suffix))
    or redis.call('ZSCORE', parked, parked_member(1, lane, schedule, nominal, suffix))
  if not stands then return nil end
  local others = redis.call('SMEMBERS', unfinished .. schedule)
  table.sort(others)
  for i, other in ipairs(others) do others[i] = string.gsub(other, '^%+', '') end
  return 'parked ' .. table.concat(others, ' ', 1, math.min(#others, 10))
end
