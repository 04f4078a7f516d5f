#!lua flags=no-writes
-- count: how many tasks of a partition are in each state and in each ready list, what it did, since when some wait.
-- KEYS layout lanes ready settings switches keyCounts retrying samples gone opens
-- ARGV known | lane
--   known: the birth and the number of lane fields that the lanes were read at
-- REPLY ok scheduled retrying ready running completed dead cancelled enqueued started completed failed now oldest opensAt
--   lately day switches sampleCount settingFields | sample… (setting value)… length… | lanes
--   scheduled: without what waits for a retry; enqueued and behind it: see totals.lua; oldest: ms, or '';
--   opensAt: when the rate of the queue opens, ms, or '' where it is not closed; lately, day: how many died in that time
local born = redis.call('MGET', layout, switches)
if (born[1] or '') .. '/' .. redis.call('HLEN', lanes) ~= known then return { 'lanes' } end
@include counted
@include totals
@include clock
-- Tombstones looked at; where there are more, what was cancelled counts as waiting in its lane, and only there.
local MOST = 1000
-- What died lately, and what is usual.
local LATELY, DAY = 300000, 86400000
local scheduled, waiting, running, ended, records = counted()
local switched = born[2] or ''
local function has(letter) return switched ~= '' and string.find(switched, letter, 1, true) end
local retries = has('r') and redis.call('SCARD', retrying) or 0
-- Where hundreds of queues are counted most have neither.
local all, written = {}, {}
if redis.call('EXISTS', settings, samples) > 0 then
  all, written = redis.call('HGETALL', settings), redis.call('LRANGE', samples, 0, -1)
end
local codes = {}
for i = rest + 1, #ARGV do codes[i - rest] = ARGV[i] end
local since
if waiting > 0 then
@include oldest
  since = oldest(codes)
end
local enqueued, started, completed, failed = totals(records, running, ended[1])
local function died(since_ms)
  local from = string.format('%.0f', now - since_ms)
  return redis.call('ZCOUNT', dead, from, '+inf') + redis.call('ZCOUNT', kept .. 'dead', from, '+inf')
end
local day = ended[2] > 0 and died(DAY) or 0
local reply = { 'ok', scheduled - retries, retries, waiting, running, ended[1], ended[2], ended[3],
  enqueued, started, completed, failed, now, since and string.format('%.0f', since) or '',
  has('x') and redis.call('ZSCORE', opens, '') or '', day > 0 and died(LATELY) or 0, day, switched, #written, #all }
for _, text in ipairs(written) do reply[#reply + 1] = text end
for _, text in ipairs(all) do reply[#reply + 1] = text end
local buried = {}
local count = has('t') and redis.call('HLEN', gone) or 0
if count > 0 and count <= MOST then
  local tombstones = redis.call('HGETALL', gone)
  for i = 1, #tombstones, 2 do
    local lane = string.match(tombstones[i], '^[^:]*')
    buried[lane] = (buried[lane] or 0) + tonumber(tombstones[i + 1])
  end
end
for _, lane in ipairs(codes) do
  local length
  if string.byte(lane) < 39 then
    length = tonumber(redis.call('HGET', keyCounts, lane) or '0')
  else
    length = redis.call('LLEN', ready .. lane) - (buried[lane] or 0)
  end
  reply[#reply + 1] = math.max(0, math.min(length, waiting))
end
return reply
