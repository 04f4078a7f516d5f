-- A task that waits was put somewhere else, by a call or because others ended, and where it waits is told to those who
-- listen. What time alone does is not: it was known before.
-- `state`: where it waits now; `attempt`: its latest, 0 where it has had none.
-- Whoever uses it includes `switch`.
local function note_moved(id, lane, state, attempt)
  if not string.find(switched, 'o', 1, true) then return end
@include note
  note('enqueued ' .. id .. ' ' .. lane .. ' ' .. state .. ' ' .. attempt)
end
