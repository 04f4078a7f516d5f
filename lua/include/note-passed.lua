-- Instants of a schedule do not run: `count` of them, from one to another, for one reason, are one event.
-- Whoever uses it includes `switch`.
local function note_passed(schedule, word, from, to, count)
  if not string.find(switched, 'o', 1, true) then return end
@include note
  note('passed ' .. schedule .. ' ' .. word .. ' ' .. from .. ' ' .. to .. ' ' .. count)
end
