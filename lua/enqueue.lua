#!lua
-- enqueue: put tasks on the road, all or none of one call; ids that exist are left as they are.
-- KEYS tasks due
-- ARGV birth lane channel queue stride | id record due ties waits lane asks
--   stride 2: every task is due now and no due times are sent; 3: each has one (ms); 4: and its ties (see ties.lua); all
--   of these of one lane. 6: and what it waits for ('' for nothing, see await-parents.lua), and a lane of its own. 7: and what
--   else it asks for ('' for nothing, see asks.lua)
-- REPLY ok now created refused… | unopened      (per refused task: its place and the id that has what it asks for,
--   '' where the queue is full, or as asks.lua says)
@include birth
@include clock
@include big
local step = tonumber(stride)
local prefixed = lane .. ':'
local call = redis.call
local created, refused, waiting, last = 0, {}, {}, 0
local big, owner_of, await_of, free = false, nil, nil, math.huge
local ask_of, follow_of, told_of, settle
local list, arrived, order = {}, nil, nil
if switched ~= '' and string.find(switched, 'd', 1, true) then
@include depth
  free = depth_left()
end
if step > 3 then
@include ties
@include tie
  owner_of = tie
end
if step == 7 then
@include switch
@include asks
  ask_of, follow_of = ask, follow
  -- What came before in this call is put in its place first: what is asked of a task may change one of those.
  settle = function()
    for from = 1, last, 1000 do
      call('ZADD', due, unpack(waiting, from, math.min(last, from + 999)))
    end
    for _, each in ipairs(order) do
      for from = 1, #each.members, 1000 do
        local some = { unpack(each.members, from, math.min(#each.members, from + 999)) }
        if is_of_runs(each.lane) then runs_came_due(some) else became_ready(each.lane, some) end
      end
    end
    waiting, last, arrived, order = {}, 0, {}, {}
  end
  told_of = function() signal_due(before) end
end
if step > 4 then
@include await-parents
  await_of = await_parents
  arrived, order = {}, {}
end
local note_it
if switched ~= '' and string.find(switched, 'o', 1, true) then
@include switch
@include note
  note_it = note
end
for at = rest + 1, #ARGV, step do
  if settle and ARGV[at + 6] ~= '' then settle() end
  if arrived then
    lane = ARGV[at + 5]
    prefixed = lane .. ':'
    -- Those with concurrency keys keep their order over lanes.
    local of = string.byte(lane) == 35 and '#' or lane
    if not arrived[of] then
      arrived[of] = {}
      order[#order + 1] = { lane = lane, members = arrived[of] }
    end
    list = arrived[of]
  end
  local full = free <= 0 and call('HEXISTS', tasks, ARGV[at]) == 0
  local asked = ask_of and ARGV[at + 6] ~= ''
  local bound = (asked or owner_of and ARGV[at + 3] ~= '') and call('HEXISTS', tasks, ARGV[at]) == 0
  local owner, follows
  if bound and asked then
    owner, follows = ask_of(ARGV[at], ARGV[at + 3], ARGV[at + 6], ARGV[at + 1], ARGV[at + 2], full)
  elseif bound then
    owner = owner_of(ARGV[at], ARGV[at + 3], full)
  end
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
    if note_it then
      local waits = follows or await_of and ARGV[at + 4] ~= '' or step > 2 and tonumber(ARGV[at + 2]) > now
      note_it('enqueued ' .. ARGV[at] .. ' ' .. lane .. (waits and ' scheduled' or ' ready'))
    end
    if #ARGV[at + 1] > BIG then big = true end
    if follows then follow_of(lane, ARGV[at], ARGV[at + 2], follows) end
    if await_of and ARGV[at + 4] ~= '' then
      await_of(lane, ARGV[at], ARGV[at + 2], ARGV[at + 4])
    elseif follows then
      -- It goes on when that one has ended.
    elseif step > 2 and tonumber(ARGV[at + 2]) > now then
      waiting[last + 1] = ARGV[at + 2]
      waiting[last + 2] = prefixed .. ARGV[at]
      last = last + 2
    else
      list[#list + 1] = prefixed .. ARGV[at]
    end
  end
end
if big then
@include switch
  switch('b', true)
end
-- Lua passes no more than some thousand arguments at once.
local AT_ONCE = 4000
if last > 0 then
@include wake
@include tell
@include signal-due
  local before = head_of_due()
  for from = 1, last, AT_ONCE do
    call('ZADD', due, unpack(waiting, from, math.min(last, from + AT_ONCE - 1)))
  end
  signal_due(before)
end
@include wake
@include ready
@include run-lane
for n = 1, arrived and #order or 1 do
  local of, members = lane, list
  if arrived then of, members = order[n].lane, order[n].members end
  if #members == 0 then
    -- All of them wait for something.
  elseif is_of_runs(of) then
@include switch
@include late
@include ledger
@include runs-due
    runs_came_due(members)
  else
    for from = 1, #members, AT_ONCE do
      local some = #members <= AT_ONCE and members or { unpack(members, from, math.min(#members, from + AT_ONCE - 1)) }
      became_ready(of, some)
    end
  end
end
if arrived then
  if string.find(switched, 'm', 1, true) then
@include stir
  end
end
if told_of then told_of() end
local reply = { 'ok', now, created }
for i = 1, #refused do reply[3 + i] = refused[i] end
return reply
