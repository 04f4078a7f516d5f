-- A task that was on the road before comes due: a run of a schedule goes by its overlap policy.
-- Whoever uses it includes `ready`, `runs-due`.
@include run-lane
local function came_due(lane, id)
  local members = { lane .. ':' .. id }
  if is_of_runs(lane) then runs_came_due(members) else became_ready(lane, members) end
end
