#!lua
-- edit: one edit of a schedule by compare-and-set; withdraws what was planned and has not begun.
-- KEYS tasks due late attempts endings schedules revisions cursors runs moves
-- ARGV birth token channel queue id expectRevision expectCursor revision record cursor before place version ledger open marker taken restWord restUntil |
--   per single exception taken in: nominal, then per occurrence to withdraw: nominal lane
--   token '': an API call's edit, without a term. expectRevision '': must not exist. record '': remove.
--   marker: with a removal, what is left behind of a schedule that moves to another queue, with its runs in front
--   before: runs it had in the partition it moved from. version '': the ledger stays as it is.
--   place: number of the decision by which it is made here, or leaves; with neither record nor expectRevision nothing
--   decided earlier may be made here any more
--   restWord: the schedule rests; what is withdrawn up to restUntil is written down with this word. '': it goes on, and
--   an occurrence that has begun already refuses the edit.
-- REPLY ok | stale | begun nominal | fenced number | unopened
@include birth
if token ~= '' then
@include term
end
@include fence
@include late
@include ledger
@include tell
local stored = redis.call('HGET', schedules, id)
-- The same edit sent again has nothing left to do.
if (stored or '') == record and (record ~= '' or expectRevision ~= '') then return { 'ok' } end
local current = redis.call('HGET', revisions, id) or ''
local standing = redis.call('ZSCORE', cursors, id)
if current ~= expectRevision then return { 'stale' } end
if (standing and tonumber(standing) or '') ~= (expectCursor ~= '' and tonumber(expectCursor) or '') then
  return { 'stale' }
end
if version ~= '' and ledger_version(id) ~= version then return { 'stale' } end

local rests = restWord ~= ''
local withdrawals = rest + 1 + tonumber(taken)
local due_ones, late_ones, begun = {}, rests and late_of(id, 1000) or {}, nil
for at = withdrawals, #ARGV, 2 do
  local task, lane = id .. '@' .. ARGV[at], ARGV[at + 1]
  if redis.call('HEXISTS', attempts, task) == 0 and redis.call('ZSCORE', due, lane .. ':' .. task) then
    due_ones[#due_ones + 1] = lane .. ':' .. task
  elseif rests then
    -- Ready ones are taken back afterwards; what a worker has had goes on.
  elseif redis.call('ZSCORE', late, late_member(lane, task)) then
    late_ones[#late_ones + 1] = late_member(lane, task)
  elseif redis.call('HEXISTS', tasks, task) == 1 then
    -- A retry waits in the due set too, but it has run. One that was cancelled before stands in nobody's way.
    local ending = redis.call('HGET', endings, task)
    if not ending or string.sub(ending, 1, 1) ~= 'x' or redis.call('HEXISTS', attempts, task) == 1 then
      begun = ARGV[at]
    end
  end
end
if begun then return { 'begun', begun } end

local withdrawn = #due_ones + #late_ones
local function gone(task)
  redis.call('HDEL', tasks, task)
  local nominal = string.match(task, '%d+$')
  if rests and record ~= '' and tonumber(nominal) <= tonumber(restUntil) then
    write_single(id, nominal, restWord)
  end
end
for _, member in ipairs(due_ones) do
  redis.call('ZREM', due, member)
  gone(string.match(member, '[^:]+$'))
end
for _, member in ipairs(late_ones) do
  redis.call('ZREM', late, member)
  gone(string.match(member, '^[^:]+'))
end
if record == '' then
  if marker ~= '' then
    local left = tonumber(redis.call('HGET', runs, id) or '0') - withdrawn
    redis.call('HSET', moves, id, string.format('%.0f', left) .. ' ' .. marker)
  end
  redis.call('HDEL', schedules, id)
  redis.call('HDEL', revisions, id)
  redis.call('HDEL', runs, id)
  drop_ledger(id)
else
  if before ~= '' then redis.call('HSET', runs, id, before) end
  if withdrawn > 0 then redis.call('HINCRBY', runs, id, -withdrawn) end
  redis.call('HSET', schedules, id, record)
  redis.call('HSET', revisions, id, revision)
  if version ~= '' then write_ledger(id, version, ledger, open) end
  for at = rest + 1, withdrawals - 1 do take_single(id, ARGV[at]) end
end
if cursor == '' then
  redis.call('ZREM', cursors, id)
else
  redis.call('ZADD', cursors, cursor, id)
end
tell('schedules ' .. queue)
return { 'ok' }
