#!lua flags=no-writes
-- due-counts: how many tasks of a partition come due in each step of time; not runs that their calendar tells of.
-- KEYS due retrying
-- ARGV from step steps scan
--   from: ms, of the first step; step: length of each, ms; scan: of the first so many it is seen what they are, those
--   behind them are counted all
-- REPLY ok index count…      (steps without any are left out)
@include run-lane
local start, length, last = tonumber(from), tonumber(step), tonumber(steps)
local counts = {}
local function add(index, count) counts[index] = (counts[index] or 0) + count end
-- How many are due before a step.
local function before(index) return redis.call('ZCOUNT', due, '-inf', string.format('(%.0f', start + index * length)) end

local first, most = before(0), tonumber(scan)
local found = redis.call('ZRANGE', due, first, first + most - 1, 'WITHSCORES')
local retries = redis.call('SCARD', retrying) > 0
local reached = 0
for i = 1, #found, 2 do
  reached = math.floor((tonumber(found[i + 1]) - start) / length)
  if reached >= last then break end
  local lane, id = string.match(found[i], '^([^:]*):(.*)$')
  if not is_of_runs(lane) or (retries and redis.call('SISMEMBER', retrying, id) == 1) then add(reached, 1) end
end

-- Halves without any are not looked into.
local function spread(low, high, below, upto)
  if upto <= below then return end
  if high - low == 1 then return add(low, upto - below) end
  local middle = math.floor((low + high) / 2)
  local there = math.max(below, before(middle))
  spread(low, middle, below, there)
  spread(middle, high, there, upto)
end
if #found == 2 * most and reached < last then spread(reached, last, first + most, before(last)) end

local reply = { 'ok' }
for index = 0, last - 1 do
  if counts[index] then
    reply[#reply + 1] = index
    reply[#reply + 1] = counts[index]
  end
end
return reply
