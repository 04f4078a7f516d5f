-- Whether the tasks of a lane are runs of schedules: codes of such lanes begin with `@` or `+`, with `%` or `&` where they
-- have a key as well.
local function is_of_runs(lane)
  local first = string.byte(lane)
  return first == 64 or first == 43 or first == 37 or first == 38
end
