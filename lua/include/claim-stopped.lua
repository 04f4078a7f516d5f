-- claim: what was asked to stop before it was completed ends cancelled.
@include stopped
local asked = call('HMGET', stops, unpack(own, 1, count))
local theirs, stopped_texts, others, other_texts = {}, {}, {}, {}
local ending_of, stopped = {}, {}
for i = from, #texts, 2 do ending_of[texts[i]] = texts[i + 1] end
for i = 1, count do
  local id, ending = own[i], ending_of[own[i]]
  local to_ids, to_texts = others, other_texts
  if asked[i] then
    to_ids, to_texts, ending = theirs, stopped_texts, stopped_ending(asked[i], ending)
    stopped[id] = true
  end
  to_ids[#to_ids + 1] = id
  to_texts[#to_texts + 1] = id
  to_texts[#to_texts + 1] = ending
end
if #theirs > 0 then
@keys counters
  call('HINCRBY', counters, 'over', #theirs)
  ended('cancelled', theirs, #theirs, stopped_texts, 1, tied, opened)
  own, count, texts, from = others, #others, other_texts, 1
  local letters = {}
  for i = 1, endingCount do
    local letter = words == '-' and 'o' or sub(words, i, i)
    letters[i] = letter == 'o' and stopped[ids[i]] and 's' or letter
  end
  words = table.concat(letters)
end
