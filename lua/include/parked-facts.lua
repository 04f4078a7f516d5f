-- What a parked run waits for: `parked`, and the unfinished runs of its schedule; nothing for a task that is not parked.
-- KEYS parked unfinished
@include parked
@include run-lane
local function waits_for(lane, id)
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
