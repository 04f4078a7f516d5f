-- A run of a schedule is over, or taken back: it counts no longer, and what waited for it goes on. In `unfinished:` the
-- ids of runs from a waiting lane begin with `+`: those are never replaced, and whoever meets one waits for it. `>…` stands
-- for what is unfinished in a queue that the schedule left, and `>` alone, in that queue, for what is in the new one.
-- Whoever uses it includes `ready`, `switch`.
-- KEYS unfinished parked policies
@include parked
@include note-run
local function hand_on(schedule)
  local counted = unfinished .. schedule
  -- With `allow` all of them go on, some at each ending.
  for _ = 1, 100 do
    if redis.call('EXISTS', counted) == 1
      and not string.find(redis.call('HGET', policies, schedule) or '', '^a') then return end
    local member = first_parked(schedule)
    if not member then return end
    redis.call('ZREM', parked, member)
    local id, lane = parked_names(member)
    redis.call('SADD', counted, string.find(lane, '^[+&]') and '+' .. id or id)
    note_run(lane, id)
    became_ready(lane, { lane .. ':' .. id })
  end
end
local function uncounted(schedule, id)
  return redis.call('SREM', unfinished .. schedule, id, '+' .. id)
end
