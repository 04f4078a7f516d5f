-- Runs of schedules that come due, in their order: while an earlier run of the same schedule is unfinished, its policy
-- decides about the next. One that is put off again by a retry is unfinished already and is not judged again.
-- Whoever uses it includes `switch`, `wake`, `ready`, `late`, `ledger`.
-- KEYS unfinished parked policies attempts tasks runs schedules ties gone
@include holder
@include ending
@include run-over
@include children
@include waiting-end
@include delete-task
@include stop
@include note-run
@include note-passed
@include may-expire
local function policy_of(schedule, suffix)
  local own = string.match(suffix, '^!([sawr])')
  return own or string.match(redis.call('HGET', policies, schedule) or '', '^%a') or 's'
end
-- It counts from the moment at which a run comes due: one that is judged first comes due with the judgement.
local function may_expire_soon(schedule, id)
  local after = string.match(redis.call('HGET', policies, schedule) or '', '%d+$')
  if not after or redis.call('HEXISTS', attempts, id) == 1 then return end
  may_expire(id, now + tonumber(after))
end

-- An instant that does not run is written down and leaves nothing else; it was counted as one that fires.
local function without_run(id, schedule, nominal, word)
  delete_task(id)
  if redis.call('HEXISTS', schedules, schedule) == 1 then
    redis.call('HINCRBY', runs, schedule, -1)
    write_single(schedule, nominal, word)
    note_passed(schedule, word, nominal, nominal, 1)
  end
end

-- The instants of the calendar that wait already: there is one at most, among few triggers.
local function live_parked(schedule)
  local found = {}
  for _, member in ipairs(parked_of(schedule, 0, 1000)) do
    local id, _, _, nominal, suffix = parked_names(member)
    if suffix == '' then found[#found + 1] = { member = member, id = id, nominal = nominal } end
  end
  return found
end

local function coalesce(schedule)
  for _, one in ipairs(live_parked(schedule)) do
    redis.call('ZREM', parked, one.member)
    without_run(one.id, schedule, one.nominal, 'coalesced')
  end
end

-- Runs that were ended for later ones of the same batch.
local replaced = {}
-- Ends what of the earlier runs nobody works on, and asks workers to stop theirs.
local function replace(schedule, others)
  local reason = '"replaced"'
  for _, id in ipairs(others) do
    if not string.find(id, '^[+>]') then
      local worker = holder(id)
      if worker then
        ask_to_stop(id, worker, reason)
      else
        end_waiting(id, reason)
        replaced[id] = true
      end
    end
  end
end

-- Others are unfinished. Answers nothing where it waits or does not run.
local function met(lane, id, schedule, nominal, suffix, waits, policy, others)
  local live = suffix == ''
  -- Where its schedule is not any more nobody would write down that it did not run.
  if waits or redis.call('HEXISTS', attempts, id) == 1 or redis.call('HEXISTS', schedules, schedule) == 0 then
    redis.call('ZADD', parked, 0, parked_member(1, lane, schedule, nominal, suffix))
    return
  end
  if policy == 's' then
    local behind_backlog = false
    for _, other in ipairs(others) do behind_backlog = behind_backlog or string.sub(other, 1, 1) == '+' end
    if not live then
      -- It stands nowhere yet.
      ended('cancelled', { id }, 1, { id, 'x' .. at .. '"overlap"' }, 1, true)
      tally('x', lane, id)
      return
    elseif not behind_backlog or #live_parked(schedule) > 0 then
      without_run(id, schedule, nominal, 'overlap')
      return
    end
  elseif live then
    coalesce(schedule)
  end
  redis.call('ZADD', parked, 0, parked_member(0, lane, schedule, nominal, suffix))
  if policy == 'r' then replace(schedule, others) end
end

-- Its entry was to follow, and does not: nor does what was to pass it over.
local function no_entry(lane, member)
  if string.byte(lane) < 39 then return end
  if redis.call('HINCRBY', gone, member, -1) <= 0 then redis.call('HDEL', gone, member) end
  switch('t', redis.call('EXISTS', gone) == 1)
end

local function runs_came_due(members)
  local going, order = {}, {}
  local function go()
    for _, lane in ipairs(order) do became_ready(lane, going[lane]) end
    going, order = {}, {}
  end
  replaced = {}
  local function judge(member, lane, id)
    local schedule, nominal, suffix = string.match(id, '^([^!+]+)@(%d+)(.*)$')
    local waits = string.find(lane, '^[+&]') ~= nil
    local counted, name = unfinished .. schedule, waits and '+' .. id or id
    local policy, others = 'a', nil
    if string.find(switched, 'E', 1, true) then may_expire_soon(schedule, id) end
    if redis.call('SCARD', counted) > 0 then policy = policy_of(schedule, suffix) end
    if policy ~= 'a' then
      others = redis.call('SMEMBERS', counted)
      for _, other in ipairs(others) do
        if other == name then policy = 'a' end
      end
    end
    if policy == 'a' then
      if redis.call('SADD', counted, name) == 1 and redis.call('HEXISTS', attempts, id) == 0 then note_run(lane, id) end
      if not going[lane] then
        going[lane] = {}
        order[#order + 1] = lane
      end
      table.insert(going[lane], member)
    else
      -- An earlier one of this batch is found where it waits.
      if policy == 'r' then go() end
      met(lane, id, schedule, nominal, suffix, waits, policy, others)
    end
  end
  for _, member in ipairs(members) do
    local lane, id = string.match(member, '^([^:]*):(.*)$')
    if replaced[id] then no_entry(lane, member) else judge(member, lane, id) end
  end
  go()
end
