#!lua
-- apply: one edit of a schedule by compare-and-set; withdraws what was planned after the edit instant.
-- KEYS tasks due attempts schedules revisions cursors runs
-- ARGV birth token channel queue id expectRevision expectCursor revision record cursor before place keep ranges |
--   per missed range: from to count, then per occurrence to withdraw: nominal lane id
--   token '': an API call's edit, without a term. expectRevision '': must not exist. record '': remove.
--   before: runs it had in the partition it moved from. place: number of the decision by which it is made here, or
--   leaves; with neither record nor expectRevision nothing decided earlier may be made here any more
-- REPLY ok | stale | fenced number | unopened
@include birth
if token ~= '' then
@include term
end
@include fence
@include ledger
@include missed
local stored = redis.call('HGET', schedules, id)
-- The same edit sent again has nothing left to do.
if (stored or '') == record and (record ~= '' or expectRevision ~= '') then return { 'ok' } end
local current = redis.call('HGET', revisions, id) or ''
local standing = redis.call('ZSCORE', cursors, id)
if current ~= expectRevision then return { 'stale' } end
if standing and (expectCursor == '' or tonumber(standing) ~= tonumber(expectCursor)) then return { 'stale' } end
if not standing and expectCursor ~= '' then return { 'stale' } end

local withdrawals = rest + 1 + 3 * tonumber(ranges)
for at = rest + 1, withdrawals - 1, 3 do
  record_missed(id, ARGV[at], ARGV[at + 1], ARGV[at + 2])
end
local withdrawn = 0
for at = withdrawals, #ARGV, 3 do
  local task = ARGV[at + 2]
  -- What has been promoted keeps its fate and its task.
  -- A retry waits in the due set too, but it has run: it goes on.
  if redis.call('HEXISTS', attempts, task) == 0
    and redis.call('ZREM', due, ARGV[at + 1] .. ':' .. task) == 1 then
    redis.call('HDEL', tasks, task)
    local key, field = ledger(id, tonumber(ARGV[at]))
    withdrawn = withdrawn + redis.call('HDEL', key, field)
  end
end
if record == '' then
  redis.call('HDEL', schedules, id)
  redis.call('HDEL', revisions, id)
  redis.call('HDEL', runs, id)
else
  if before ~= '' then redis.call('HSET', runs, id, before) end
  if withdrawn > 0 then redis.call('HINCRBY', runs, id, -withdrawn) end
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
