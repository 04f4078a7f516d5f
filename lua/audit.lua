#!lua flags=allow-oom
-- audit: writes down who changed what; of a request that was written down a moment ago nothing is written again.
-- KEYS audit auditOften
-- ARGV | request often entry      (often: 1 for what programs do all day)
-- REPLY ok
local KEPT = 10000
local OFTEN = 2000
local LATELY = 200
local known = {}
local function lately(stream)
  if not known[stream] then
    known[stream] = {}
    for _, row in ipairs(redis.call('XREVRANGE', stream, '+', '-', 'COUNT', LATELY)) do
      known[stream][row[2][2]] = true
    end
  end
  return known[stream]
end
for i = rest + 1, #ARGV, 3 do
  local request, often, entry = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local stream = often == '1' and auditOften or audit
  local before = lately(stream)
  if not before[request] then
    redis.call('XADD', stream, 'MAXLEN', '~', often == '1' and OFTEN or KEPT, '*', 'r', request, 'e', entry)
    before[request] = true
  end
end
return { 'ok' }
