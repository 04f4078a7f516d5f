#!lua flags=no-writes
-- due-counts: how many tasks of a partition come due in each step of time; not runs that their calendar tells of.
-- KEYS due retrying
-- ARGV from step steps near scan
--   from: ms, of the first step; step: length of each, ms; near: runs are mostly made so long before they are due, ms;
--   scan: of those that are due so soon, and of those behind them while there are runs among them, members that are
--   looked at, at most. Those behind them are counted, whatever they are
-- REPLY ok index count…      (steps without any are left out)
@include clock
@include run-lane
local AT_ONCE = 100
local start, length, last, most = tonumber(from), tonumber(step), tonumber(steps), tonumber(scan)
local counts = {}
local function add(index, count) counts[index] = (counts[index] or 0) + count end
-- How many are due before a step.
local function before(index) return redis.call('ZCOUNT', due, '-inf', string.format('(%.0f', start + index * length)) end

local rank, seen, reached, more = before(0), 0, 0, true
local retries = redis.call('SCARD', retrying) > 0
-- The first ones in any case: where few wait all of them are known.
repeat
  local found = redis.call('ZRANGE', due, rank + seen, rank + seen + AT_ONCE - 1, 'WITHSCORES')
  local score, runs = nil, false
  for i = 1, #found, 2 do
    score = tonumber(found[i + 1])
    reached = math.floor((score - start) / length)
    if reached >= last then break end
    local lane, id = string.match(found[i], '^([^:]*):(.*)$')
    if not is_of_runs(lane) or (retries and redis.call('SISMEMBER', retrying, id) == 1) then add(reached, 1) else runs = true end
  end
  seen = seen + AT_ONCE
  more = #found == 2 * AT_ONCE and reached < last
until not more or (score > now + tonumber(near) and not runs) or seen >= most

-- Halves without any are not looked into.
local function spread(low, high, below, upto)
  if upto <= below then return end
  if high - low == 1 then return add(low, upto - below) end
  local middle = math.floor((low + high) / 2)
  local there = math.max(below, before(middle))
  spread(low, middle, below, there)
  spread(middle, high, there, upto)
end
if more then spread(reached, last, rank + seen, before(last)) end

local reply = { 'ok' }
for index = 0, last - 1 do
  if counts[index] then
    reply[#reply + 1] = index
    reply[#reply + 1] = counts[index]
  end
end
return reply
