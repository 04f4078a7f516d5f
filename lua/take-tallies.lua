#!lua flags=allow-oom
-- take-tallies: hand out what was tallied since the last batch, or that batch again until it is named as taken.
-- KEYS tallies tallied
-- ARGV taken      (a batch, or '')
-- REPLY ok batch | field count … | unopened
--   batch '' when there is nothing. field: `<letter><lane>`, and behind a blank the schedule (see tally.lua); or
--   `p<word> <schedule>` (see note-passed.lua)
@include opened
local call = redis.call
local batch = call('HGET', tallied, '@')
if batch and batch == taken then
  call('DEL', tallied)
  batch = nil
end
if not batch then
  if call('EXISTS', tallies) == 0 then return { 'ok', '' } end
  local time = call('TIME')
  batch = time[1] .. '-' .. time[2]
  call('RENAME', tallies, tallied)
  call('HSET', tallied, '@', batch)
end
local reply = { 'ok', batch }
local all = call('HGETALL', tallied)
for i = 1, #all, 2 do
  if all[i] ~= '@' then
    reply[#reply + 1] = all[i]
    reply[#reply + 1] = all[i + 1]
  end
end
return reply
