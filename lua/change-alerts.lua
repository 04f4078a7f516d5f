#!lua flags=allow-oom
-- change-alerts: changes of alerts, each by compare-and-set.
-- KEYS alerts
-- ARGV | id expect row told
--   expect: the version it was read at, '' for none; row: what to store, '' for nothing any more; told: raised, cleared or ''
-- REPLY ok | done      (1, or 0 where it has changed meanwhile)
@include note-shared
local reply = { 'ok' }
for at = rest + 1, #ARGV, 4 do
  local id, expect, row, told = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local stored = redis.call('HGET', alerts, id)
  local done = 1
  if (stored or '') == row then
    -- The same change sent again has nothing left to do.
  elseif (stored and (string.match(stored, '^{"version":(%d+)') or '0') or '') ~= expect then
    done = 0
  else
    if row == '' then redis.call('HDEL', alerts, id) else redis.call('HSET', alerts, id, row) end
    if told ~= '' then note(told .. ' ' .. id) end
  end
  reply[#reply + 1] = done
end
return reply
