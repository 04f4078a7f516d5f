#!lua
-- enqueue: put tasks of one lane on the road; ids that exist are left as they are.
-- KEYS layout tasks due ready wake
-- ARGV lane channel queue stride | id record due
-- REPLY ok now created | unopened
@include opened
@include clock
@include alarm
-- stride 2: every task is due now and no due times are sent; 3: each has one (ms).
local step = tonumber(stride)
local count = (#ARGV - rest) / step
local ids = {}
for i = 1, count do ids[i] = ARGV[rest + (i - 1) * step + 1] end
local known = redis.call('HMGET', tasks, unpack(ids))
local records, ready_members, waiting, seen = {}, {}, {}, {}
local created = 0
for i = 1, count do
  local id = ids[i]
  if not known[i] and not seen[id] then
    seen[id] = true
    created = created + 1
    local at = rest + (i - 1) * step
    records[2 * created - 1] = id
    records[2 * created] = ARGV[at + 2]
    if step == 2 or tonumber(ARGV[at + 3]) <= now then
      ready_members[#ready_members + 1] = lane .. ':' .. id
    else
      waiting[#waiting + 1] = ARGV[at + 3]
      waiting[#waiting + 1] = lane .. ':' .. id
    end
  end
end
if created > 0 then
  redis.call('HSET', tasks, unpack(records))
  if #waiting > 0 then
    local before = head_of_due()
    redis.call('ZADD', due, unpack(waiting))
    alarm(before)
  end
  if #ready_members > 0 then
    redis.call('RPUSH', ready, unpack(ready_members))
    if redis.call('LLEN', wake) == 0 then redis.call('RPUSH', wake, '1') end
  end
end
return { 'ok', now, created }
