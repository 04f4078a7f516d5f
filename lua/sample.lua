#!lua flags=allow-oom
-- sample: write down what a queue has done up to now (see totals.lua), unless that was done a moment ago.
-- KEYS samples
-- ARGV apart most keep      (apart: the shortest time between two, ms; most: how many stay; keep: how long they do, ms)
-- REPLY ok | unopened
@include opened
@include clock
@include counted
@include totals
local last = redis.call('LINDEX', samples, -1)
local before = last and tonumber(string.match(last, '^%d+'))
if before and before > now then
  -- The clock was stepped back: what was written by the other time says nothing any more.
  redis.call('DEL', samples)
elseif before and now - before < tonumber(apart) then
  return { 'ok' }
end
local _, waiting, running, ended, records = counted()
local enqueued, started, completed, failed = totals(records, running, ended[1])
redis.call('RPUSH', samples, table.concat({ at, waiting, enqueued, started, completed, failed }, ' '))
redis.call('LTRIM', samples, -tonumber(most), -1)
redis.call('PEXPIRE', samples, keep)
return { 'ok' }
