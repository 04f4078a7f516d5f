#!lua flags=no-writes
-- edited: which schedules of a partition were edited since a mark.
-- KEYS layout edits
-- ARGV since most      (since: a mark, '' for all that is known; most: edits that are remembered, see note-edits.lua)
-- REPLY ok mark | id | all mark      (all: more than is known)
local birth = redis.call('GET', layout) or ''
local last = redis.call('ZRANGE', edits, -1, -1, 'WITHSCORES')[2] or '0'
local mark = birth .. ' ' .. last
local known, score = string.match(since, '^(%S*) (%d+)$')
if score and (known ~= birth or tonumber(score) > tonumber(last)) then return { 'all', mark } end
score = score or '0'
local first = redis.call('ZRANGE', edits, 0, 0, 'WITHSCORES')[2]
if first and redis.call('ZCARD', edits) >= tonumber(most) and tonumber(score) < tonumber(first) then
  return { 'all', mark }
end
local reply = { 'ok', mark }
for _, id in ipairs(redis.call('ZRANGE', edits, '(' .. score, '+inf', 'BYSCORE')) do reply[#reply + 1] = id end
return reply
