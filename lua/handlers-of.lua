#!lua flags=no-writes
-- handlers-of: how many tasks of each lane of a partition are ready, and how many run.
-- KEYS layout lanes ready keyCounts gone workers inflight
-- ARGV known scan | lane
--   known: the birth and the number of lane fields that the lanes were read at; scan: running tasks looked at, at most
-- REPLY ok unseen | ready running | lanes      (a row for each lane; unseen: running tasks that were not looked at)
local call = redis.call
if (call('GET', layout) or '') .. '/' .. call('HLEN', lanes) ~= known then return { 'lanes' } end
-- Tombstones looked at; where there are more, what was cancelled counts as waiting in its lane.
local MOST = 1000
local buried, running, unseen = {}, {}, 0
local tombstones = call('HLEN', gone)
if tombstones > 0 and tombstones <= MOST then
  local all = call('HGETALL', gone)
  for i = 1, #all, 2 do
    local lane = string.match(all[i], '^[^:]*')
    buried[lane] = (buried[lane] or 0) + tonumber(all[i + 1])
  end
end
local seen, most = 0, tonumber(scan)
for _, worker in ipairs(call('ZRANGE', workers, 0, -1)) do
  local holds = inflight .. worker
  local count = call('HLEN', holds)
  if seen + count > most then
    unseen = unseen + count
  else
    local all = call('HGETALL', holds)
    for i = 1, #all, 2 do
      if string.sub(all[i], 1, 1) ~= '@' then
        local lane = string.match(all[i + 1], '[^:]*$')
        running[lane] = (running[lane] or 0) + 1
      end
    end
    seen = seen + count
  end
end
local reply = { 'ok', unseen }
for at = rest + 1, #ARGV do
  local lane = ARGV[at]
  local length
  if string.byte(lane) < 39 then
    length = tonumber(call('HGET', keyCounts, lane) or '0')
  else
    length = math.max(0, call('LLEN', ready .. lane) - (buried[lane] or 0))
  end
  reply[#reply + 1] = length
  reply[#reply + 1] = running[lane] or 0
end
return reply
