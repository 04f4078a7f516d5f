-- How many more tasks may run in this queue: none while it is paused, else what `concurrency` leaves of what all its
-- workers hold. It is counted anew each time, so that there is nothing to seed and nothing leaks.
-- KEYS settings
@include held-count
local function room()
  if string.find(switched, 'p', 1, true) then return 0 end
  if not string.find(switched, 'l', 1, true) then return math.huge end
  return tonumber(redis.call('HGET', settings, 'concurrency')) - held_count()
end
