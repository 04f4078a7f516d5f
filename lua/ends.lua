#!lua flags=no-writes
-- ends: what became of tasks, in a few words or with their endings.
-- KEYS endings
-- ARGV bytes | id      (bytes: of endings told, about; 0: none is told)
-- REPLY ok letters | ending | unopened      (see end-of.lua; fewer letters than ids where endings are large)
@include opened
@include end-of
local most, size = tonumber(bytes), 0
local reply, letters = { 'ok', '' }, {}
for at = rest + 1, #ARGV do
  local letter = end_of(ARGV[at])
  letters[#letters + 1] = letter
  if most > 0 then
    local ending = letter ~= 'u' and letter ~= 'w' and redis.call('HGET', endings, ARGV[at]) or ''
    reply[#reply + 1] = ending
    size = size + #ending
    if size > most then break end
  end
end
reply[2] = table.concat(letters)
return reply
