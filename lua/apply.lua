#!lua
-- apply: one edit of a schedule by compare-and-set; withdraws what was planned after the edit instant.
-- KEYS layout term tasks due schedules revisions cursors
-- ARGV life token prefix channel queue id expectRevision expectCursor revision record cursor | nominal lane id
--   token '': an API call's edit, without a term. expectRevision '': must not exist. record '': remove.
-- REPLY ok | stale | fenced number | unopened
@include alive
if token ~= '' then
@include term
end
@include ledger
local stored = redis.call('HGET', schedules, id)
-- The same edit sent again has nothing left to do.
if (stored or '') == record and (record ~= '' or expectRevision ~= '') then return { 'ok' } end
local current = redis.call('HGET', revisions, id) or ''
local standing = redis.call('ZSCORE', cursors, id)
if current ~= expectRevision then return { 'stale' } end
if standing and (expectCursor == '' or tonumber(standing) ~= tonumber(expectCursor)) then return { 'stale' } end
if not standing and expectCursor ~= '' then return { 'stale' } end

for at = rest + 1, #ARGV, 3 do
  local task = ARGV[at + 2]
  -- What has been promoted keeps its fate and its task.
  -- A retry waits in the due set too, but it has run: it goes on.
  if redis.call('HEXISTS', prefix .. 'attempts', task) == 0
    and redis.call('ZREM', due, ARGV[at + 1] .. ':' .. task) == 1 then
    redis.call('HDEL', tasks, task)
    local key, field = ledger(id, tonumber(ARGV[at]))
    redis.call('HDEL', key, field)
  end
end
if record == '' then
  redis.call('HDEL', schedules, id)
  redis.call('HDEL', revisions, id)
else
  redis.call('HSET', schedules, id, record)
  redis.call('HSET', revisions, id, revision)
end
if cursor == '' then
  redis.call('ZREM', cursors, id)
else
  redis.call('ZADD', cursors, cursor, id)
end
redis.call('PUBLISH', channel, 'schedules ' .. queue)
return { 'ok' }
