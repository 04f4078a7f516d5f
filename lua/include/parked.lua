-- Runs that have come due and wait for an earlier run of their schedule. A member is
-- `<schedule>@<class><nominal, 16 digits><rest of the id>:<lane>`, and all have the score 0, so that those of one
-- schedule stand together in the order in which they go on: class 0, live instants and triggers, before class 1, what is
-- caught up, backfilled or put back.
-- KEYS parked
local function parked_member(class, lane, schedule, nominal, suffix)
  return schedule .. '@' .. class .. string.rep('0', 16 - #nominal) .. nominal .. suffix .. ':' .. lane
end
local function parked_names(member)
  local schedule, class, nominal, suffix, lane = string.match(member, '^([^@]+)@(%d)0*(%d+)(.*):([^:]*)$')
  return schedule .. '@' .. nominal .. suffix, lane, class, nominal, suffix
end
local function parked_of(schedule, class, limit)
  return redis.call('ZRANGE', parked, '[' .. schedule .. '@' .. class, '(' .. schedule .. '@' .. (class + 1),
    'BYLEX', 'LIMIT', 0, limit)
end
local function first_parked(schedule)
  return redis.call('ZRANGE', parked, '[' .. schedule .. '@0', '(' .. schedule .. '@2', 'BYLEX', 'LIMIT', 0, 1)[1]
end
-- Takes one out by its id; answers whether it was there.
local function take_parked(lane, id)
  local schedule, nominal, suffix = string.match(id, '^([^!+]+)@(%d+)(.*)$')
  if not schedule then return 0 end
  return redis.call('ZREM', parked, parked_member(0, lane, schedule, nominal, suffix),
    parked_member(1, lane, schedule, nominal, suffix))
end
