-- What a new text of a ledger says of instants that do not run, as its caller counted it: `<word> <from> <to> <count>` of
-- each reason, with blanks between.
-- Whoever uses it includes `switch`.
@include note-passed
local function tell_passed(schedule, told)
  for word, from, to, count in string.gmatch(told, '(%a+) (%d+) (%d+) (%d+)') do
    note_passed(schedule, word, from, to, count)
  end
end
