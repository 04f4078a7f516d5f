#!lua
-- trigger: make a run that a person asked for, of a schedule that is as the caller read it; it comes due at once.
-- KEYS tasks schedules unfinished
-- ARGV birth schedule revision id lane record tied alone
--   tied: what it is tied by (see ties.lua), or ''
--   alone: 1 where no other run of the schedule may be in progress
-- REPLY ok now | behind id | full | stale | unopened
@include birth
@include clock
@include big
@include switch
@include wake
@include ready
@include late
@include ledger
@include revision
@include runs-due
if redis.call('HEXISTS', tasks, id) == 1 then return { 'ok', now } end
if revision_in(redis.call('HGET', schedules, schedule) or '') ~= revision then return { 'stale' } end
if alone == '1' then
  local other = redis.call('SRANDMEMBER', unfinished .. schedule)
  -- A `+` marks one that waited in any case, a `>` those in the queue that the schedule moved from.
  if other then return { 'behind', (string.gsub(other, '^%+', '')) } end
end
if string.find(switched, 'd', 1, true) then
@include depth
  if depth_left() <= 0 then return { 'full' } end
end
redis.call('HSET', tasks, id, record)
if tied ~= '' then redis.call('HSET', ties, id, tied) end
if #record > BIG then switch('b', true) end
if string.find(switched, 'o', 1, true) then
@include note
  note('enqueued ' .. id .. ' ' .. lane .. ' ready')
end
runs_came_due({ lane .. ':' .. id })
return { 'ok', now }
