#!lua
-- enqueue-plain: put plain tasks of one lane on the road, whose records follow in the same transaction.
-- Lua copies each argument and reads every byte of it, so records do not come through here (see
-- src/store/redis/enqueue.ts). `other`: that will not do, since the partition is not open, a task is there already or there
-- is no room for all. Then nothing has been done, and `undone` says what enqueue-undo puts back.
-- KEYS tasks due undone layout switches
-- ARGV birth lane channel queue stride | id due
--   stride 1: every task is due now and no due times are sent; 2: each has one (ms)
-- REPLY ok now created | other
@include clock
-- Lua passes no more than some thousand arguments at once.
local AT_ONCE = 4000
local step = tonumber(stride)
local call = redis.call
local known = call('MGET', layout, switches)
local switched = known[2] or ''
local fits = known[1] == birth
local ids, n = {}, 0
for at = rest + 1, #ARGV, step do
  n = n + 1
  ids[n] = ARGV[at]
end
if fits and switched ~= '' and string.find(switched, 'd', 1, true) then
@include depth
  fits = depth_left() >= n
end
for from = 1, n, AT_ONCE do
  local to = math.min(n, from + AT_ONCE - 1)
  local stand = call('HMGET', tasks, unpack(ids, from, to))
  for i = 1, to - from + 1 do fits = fits and not stand[i] end
end
if not fits then
  for i = 1, n do call('HSET', undone, ids[i], call('HGET', tasks, ids[i]) or '') end
  return { 'other' }
end
local note_it
if switched ~= '' and string.find(switched, 'o', 1, true) then
@include switch
@include note
  note_it = note
end
local prefixed = lane .. ':'
local list, waiting, last = {}, {}, 0
for i = 1, n do
  local waits = step > 1 and tonumber(ARGV[rest + 2 * i]) > now
  if note_it then note_it('enqueued ' .. ids[i] .. ' ' .. lane .. (waits and ' scheduled' or ' ready')) end
  if waits then
    waiting[last + 1] = ARGV[rest + 2 * i]
    waiting[last + 2] = prefixed .. ids[i]
    last = last + 2
  else
    list[#list + 1] = prefixed .. ids[i]
  end
end
if last > 0 then
@include wait-for-time
end
if #list > 0 then
@include wake
@include ready
@include all-ready
end
return { 'ok', now, n }
