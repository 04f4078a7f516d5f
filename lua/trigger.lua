#!lua
-- trigger: make a run that a person asked for, of a schedule that is as the caller read it.
-- KEYS tasks due schedules unfinished
-- ARGV birth channel queue schedule revision id lane record alone
--   alone: 1 where no other run of the schedule may be in progress
-- REPLY ok now | behind id | stale | unopened
@include birth
@include clock
@include big
@include switch
@include wake
@include tell
@include signal-due
@include revision
if redis.call('HEXISTS', tasks, id) == 1 then return { 'ok', now } end
if revision_in(redis.call('HGET', schedules, schedule) or '') ~= revision then return { 'stale' } end
local counted = unfinished .. schedule
local other = redis.call('SRANDMEMBER', counted)
-- A `+` marks one that waited in any case.
if alone == '1' and other then return { 'behind', (string.gsub(other, '^%+', '')) } end
-- Where there is no other it counts from now on, so that the next one made in this very moment finds it.
if not other then redis.call('SADD', counted, id) end
local before = head_of_due()
redis.call('HSET', tasks, id, record)
if #record > BIG then switch('b', true) end
redis.call('ZADD', due, now, lane .. ':' .. id)
signal_due(before)
return { 'ok', now }
