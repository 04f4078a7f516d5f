#!lua
-- enqueue: put tasks of one lane on the road; ids that exist are left as they are.
-- KEYS tasks due ready
-- ARGV birth lane channel queue stride | id record due
-- REPLY ok now created | unopened
@include birth
@include clock
@include wake
@include signal-due
-- stride 2: every task is due now and no due times are sent; 3: each has one (ms).
local step = tonumber(stride)
local prefixed = lane .. ':'
local call = redis.call
local created, arrived, waiting, last = 0, {}, {}, 0
for at = rest + 1, #ARGV, step do
  -- Measured: HSETNX for each costs no more than one HSET of all, and it tells which are new.
  if call('HSETNX', tasks, ARGV[at], ARGV[at + 1]) == 1 then
    created = created + 1
    if step == 3 and tonumber(ARGV[at + 2]) > now then
      waiting[last + 1] = ARGV[at + 2]
      waiting[last + 2] = prefixed .. ARGV[at]
      last = last + 2
    else
      arrived[#arrived + 1] = prefixed .. ARGV[at]
    end
  end
end
if last > 0 then
  local before = head_of_due()
  call('ZADD', due, unpack(waiting))
  signal_due(before)
end
if #arrived > 0 then
  call('RPUSH', ready .. lane, unpack(arrived))
  wake(lane)
end
return { 'ok', now, created }
