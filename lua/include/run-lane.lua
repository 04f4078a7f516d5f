-- Whether the tasks of a lane are runs of schedules: codes of such lanes begin with `@` or `+`, with `%` or `&` where they
-- have a key as well.
local function is_of_runs(lane)
  return string.find(lane, '^[@+%%&]') ~= nil
end
