#!lua
-- enqueue: put tasks of one lane on the road; ids that exist are left as they are.
-- KEYS tasks due
-- ARGV birth lane channel queue stride | id record due ties
--   stride 2: every task is due now and no due times are sent; 3: each has one (ms); 4: and its ties (see ties.lua)
-- REPLY ok now created refused… | unopened      (per refused task: its place and the id that has what it asks for, '' where the queue is full)
@include birth
@include clock
@include big
local step = tonumber(stride)
local prefixed = lane .. ':'
local call = redis.call
local created, refused, arrived, waiting, last = 0, {}, {}, {}, 0
local big, owner_of, free = false, nil, math.huge
if string.find(switched, 'd', 1, true) then
@include depth
  free = depth_left()
end
if step == 4 then
@include ties
@include tie
  owner_of = tie
end
for at = rest + 1, #ARGV, step do
  local full = free <= 0 and call('HEXISTS', tasks, ARGV[at]) == 0
  local owner = owner_of and call('HEXISTS', tasks, ARGV[at]) == 0 and owner_of(ARGV[at], ARGV[at + 3], full)
  if owner then
    refused[#refused + 1] = (at - rest - 1) / step
    refused[#refused + 1] = owner
  elseif full then
    refused[#refused + 1] = (at - rest - 1) / step
    refused[#refused + 1] = ''
  -- Measured: HSETNX for each costs no more than one HSET of all, and it tells which are new.
  elseif call('HSETNX', tasks, ARGV[at], ARGV[at + 1]) == 1 then
    created = created + 1
    free = free - 1
    if #ARGV[at + 1] > BIG then big = true end
    if step > 2 and tonumber(ARGV[at + 2]) > now then
      waiting[last + 1] = ARGV[at + 2]
      waiting[last + 2] = prefixed .. ARGV[at]
      last = last + 2
    else
      arrived[#arrived + 1] = prefixed .. ARGV[at]
    end
  end
end
if big then
@include switch
  switch('b', true)
end
if last > 0 then
@include wake
@include tell
@include signal-due
  local before = head_of_due()
  call('ZADD', due, unpack(waiting))
  signal_due(before)
end
if #arrived > 0 then
@include wake
@include ready
@include run-lane
  if is_of_runs(lane) then
@include switch
@include late
@include ledger
@include runs-due
    runs_came_due(arrived)
  else
    became_ready(lane, arrived)
  end
end
return { 'ok', now, created, unpack(refused) }
