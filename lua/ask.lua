#!lua
-- ask: what became of parents that children of another partition wait for; one that has not ended tells when it has.
-- KEYS asked askers
-- ARGV | parent asker
--   asker: `<policy><queue> <lane>:<id>` of the child
-- REPLY ok letters | unopened      (one for each; see end-of.lua)
@include opened
@include end-of
local letters, some = {}, false
for at = rest + 1, #ARGV, 2 do
  local parent, asker = ARGV[at], ARGV[at + 1]
  local letter = end_of(parent)
  if letter == 'w' then
    some = true
    redis.call('SADD', asked, parent)
    -- In the order in which they came.
    redis.call('ZADD', askers .. parent, 'NX', redis.call('ZCARD', askers .. parent), asker)
  end
  letters[#letters + 1] = letter
end
if some then
@include switch
  switch('a', true)
end
return { 'ok', table.concat(letters) }
