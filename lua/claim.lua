#!lua flags=allow-oom
-- claim: record completions of what a worker holds, then hand it ready tasks of its lanes, in their order.
-- KEYS inflight switches
-- ARGV birth worker served nonce want lease | token (each), then id ending (each)
--   served: lanes in the order they are taken from, with a space between
--   token: '' when it is the one before it. Tasks claimed together share theirs.
--   lease below 0: it was set a moment ago and stands, unless nothing is known of this worker
-- REPLY one text: head id record id record …, with the separator between them (a list of them where records are
--   large, above 512 bytes on the average) | unopened
--   record: '' of one that is to be read from `tasks` (see big.lua)
--   head: `ok <now>`, and where there is more to tell: `ok|reaped <now> <words> <nextDue> <laneCount> <claimedAt>
--   <more> <seen> <owes>`, with `-` for nothing
--   words: one letter per completion (o ok, s the same, and it was asked to stop, a already, l lost), - when all are ok
--   nextDue, laneCount: - and 0 when they were not looked at, which is so for most claims that are satisfied
--   more: 1 when the reply was full before the lists were empty
--   seen: `index:attempt:failures,…` of the tasks that were attempted before; with `:<ms>` behind it where it counts
--     when the first attempt began
--   owes: 1 when the outbox holds something
-- In no id and no record: see record.ts.
local SEPARATOR = '\30'
local call, sub = redis.call, string.sub
local mine = inflight .. worker
local endingCount = (#ARGV - rest) / 3
local left = tonumber(want)
local words, nextDue, laneCount, more = '-', '-', 0, 0
-- A table that is written as large as it mostly becomes need not grow.
local reply, bytes = { '', nil, nil }, 0
-- Bytes of records that are not in the reply.
local left_out = 0

-- Even and odd nonces are two windows of claims, each answered in its order, so that two may be under way.
local turn = tonumber(nonce)
local window = turn % 2 == 0 and '@0' or '@1'
local ids
if endingCount == 1 then
  ids = { ARGV[rest + 2], window, '@reaped' }
else
  ids = {}
  for i = 1, endingCount do ids[i] = ARGV[rest + endingCount + 2 * i - 1] end
  ids[endingCount + 1] = window
  ids[endingCount + 2] = '@reaped'
end
local held = call('HMGET', mine, unpack(ids))
local last, reaped = held[endingCount + 1], held[endingCount + 2]
-- A nonce names the birth of the partition it was set in, and goes with everything else when that is emptied: where
-- this worker's last one stands, the partition is the one its caller knows.
if not last or sub(last, 1, #birth) ~= birth then
@keys layout
  if call('GET', layout) ~= birth then return 'unopened' end
end
local switched = call('GET', switches) or ''
local full = switched ~= '' and string.find(switched, 'f', 1, true)
-- Keyed lanes in which an ending of this call lets a key go on.
local opened = {}
@include clock
@include claim-record

local claimedAt, word = at, 'ok'
local seen = {}
-- The lease and the nonces go together: without a nonce there may be no lease, and nobody would take these tasks back.
local renews = not last or tonumber(lease) > 0
local handed = false
local before = last and tonumber(sub(last, #birth + 1)) or -1
if left <= 0 then
  -- Only completions were to be recorded.
elseif reaped then
  -- Its lease ran out and others have its tasks: it must take a new id.
  word = 'reaped'
elseif before == turn then
@include claim-replay
elseif before < turn then
@include claim-take
end
-- An older claim than the last one answered takes nothing: nobody reads its reply any more.
@include claim-wake

if handed and renews then
@keys workers leases
  local length = math.abs(tonumber(lease))
  call('ZADD', workers, string.format('%.0f', now + length), worker)
  call('HSET', leases, worker, length)
@include stir
end
local head = word .. ' ' .. at
local owes = switched ~= '' and string.find(switched, 'm', 1, true)
if word ~= 'ok' or words ~= '-' or laneCount > 0 or more > 0 or #seen > 0 or claimedAt ~= at or owes then
  local past = #seen > 0 and table.concat(seen, ',') or '-'
  head = table.concat({ head, words, nextDue, laneCount, claimedAt, more, past, owes and 1 or 0 }, ' ')
end
reply[1] = head
-- Joined, every byte would enter Lua once more: small records are joined, large ones go as they are.
if bytes - left_out > 256 * #reply then return reply end
return table.concat(reply, SEPARATOR)
