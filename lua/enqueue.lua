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
-- Lua passes no more than some thousand arguments at once.
local AT_ONCE = 4000
local step = tonumber(stride)
local prefixed = lane .. ':'
local call = redis.call
local created, refused, waiting, last = 0, {}, {}, 0
local big, owner_of, await_of, free = false, nil, nil, math.huge
local ask_of, follow_of, settle, finish
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
-- Of several lanes, or where something is asked for: in their order, so that what comes later finds what came before.
if step > 4 then
@include switch
@include wake
@include ready
@include late
@include ledger
@include runs-due
@include run-lane
@include tell
@include signal-due
@include await-parents
  local before = head_of_due()
  await_of = await_parents
  arrived, order = {}, {}
  settle = function()
    for from = 1, last, AT_ONCE do
      call('ZADD', due, unpack(waiting, from, math.min(last, from + AT_ONCE - 1)))
    end
    for _, each in ipairs(order) do
      if is_of_runs(each.lane) then
        if #each.members > 0 then runs_came_due(each.members) end
      else
        local lane, list = each.lane, each.members
@include all-ready
      end
    end
    waiting, last, arrived, order = {}, 0, {}, {}
  end
  finish = function()
    settle()
    signal_due(before)
    if string.find(switched, 'm', 1, true) then
@include stir
    end
  end
  if step == 7 then
@include asks
    ask_of, follow_of = ask, follow
  end
end
local note_it
if switched ~= '' and string.find(switched, 'o', 1, true) then
@include switch
@include note
  note_it = note
end
for at = rest + 1, #ARGV, step do
  if ask_of and ARGV[at + 6] ~= '' then settle() end
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
if finish then
  finish()
else
  if last > 0 then
@include wait-for-time
  end
  if #list > 0 then
@include wake
@include ready
@include run-lane
    if is_of_runs(lane) then
@include switch
@include late
@include ledger
@include runs-due
      runs_came_due(list)
    else
@include all-ready
    end
  end
end
local reply = { 'ok', now, created }
for i = 1, #refused do reply[3 + i] = refused[i] end
return reply
