-- Takes out the instants of a schedule that wait for an earlier run and have had no attempt; triggers and backfilled ones
-- stay. Answers their ids and nominal times. A thousand at a time.
-- KEYS parked attempts
@include parked
local function take_rest(schedule, up_to)
  local taken = {}
  for class = 0, 1 do
    for _, member in ipairs(parked_of(schedule, class, 1000)) do
      local id, _, _, nominal, suffix = parked_names(member)
      if suffix == '' and (up_to == '' or tonumber(nominal) <= tonumber(up_to))
        and redis.call('HEXISTS', attempts, id) == 0 then
        redis.call('ZREM', parked, member)
        taken[#taken + 1] = { id = id, nominal = nominal }
      end
    end
  end
  return taken
end
