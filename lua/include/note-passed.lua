-- Instants of a schedule do not run: `count` of them, from one to another, for one reason, are one event; they are tallied
-- as `p<word> <schedule>` for whoever takes them (see take-tallies.lua).
-- Whoever uses it includes `switch`.
-- KEYS tallies
local function note_passed(schedule, word, from, to, count)
  redis.call('HINCRBY', tallies, 'p' .. word .. ' ' .. schedule, count)
  if not string.find(switched, 'o', 1, true) then return end
@include note
  note('passed ' .. schedule .. ' ' .. word .. ' ' .. from .. ' ' .. to .. ' ' .. count)
end
