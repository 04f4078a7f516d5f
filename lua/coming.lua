#!lua flags=no-writes
-- coming: tasks of a partition that wait for their time, by due time; not runs that their calendar tells of.
-- KEYS due retrying
-- ARGV from last to limit scan
--   from: due then or later (ms); last: behind this member of that very time, '' from its beginning
--   to: due then or earlier; scan: members looked at, at most
-- REPLY ok score member | lane id score retried
--   score, member: of the last one looked at, to go on behind; '' where no more follow. retried: 1, or ''
@include run-lane
@include rank-after
local MOST_AT_ONCE = 200
local reply = { 'ok', '', '' }
local retries = redis.call('SCARD', retrying) > 0
local rank, looked, taken = rank_after(due, from, last, false), 0, 0
local latest, most, want = tonumber(to), tonumber(scan), tonumber(limit)
-- Most queues have nothing but tasks there, and one more tells whether others follow.
local at_once = math.min(MOST_AT_ONCE, want + 1)
while true do
  local found = redis.call('ZRANGE', due, rank, rank + at_once - 1, 'WITHSCORES')
  for i = 1, #found, 2 do
    local member, score = found[i], found[i + 1]
    if tonumber(score) > latest then
      reply[2], reply[3] = '', ''
      return reply
    end
    if looked == most or taken == want then return reply end
    looked = looked + 1
    reply[2], reply[3] = score, member
    local lane, id = string.match(member, '^([^:]*):(.*)$')
    local retried = retries and redis.call('SISMEMBER', retrying, id) == 1
    if retried or not is_of_runs(lane) then
      taken = taken + 1
      local n = #reply
      reply[n + 1], reply[n + 2], reply[n + 3], reply[n + 4] = lane, id, score, retried and '1' or ''
    end
  end
  if #found < 2 * at_once then
    reply[2], reply[3] = '', ''
    return reply
  end
  rank = rank + at_once
  at_once = MOST_AT_ONCE
end
