#!lua
-- edit: edits of schedules, each by compare-and-set; withdraws what was planned and has not begun.
-- KEYS tasks due late attempts endings schedules cursors runs moves withdrawals resumes watched policies successes ties
-- ARGV birth token channel queue | id place expectRevision expectCursor record cursor before version ledger open marker restWord restUntil restLanes resume watch policy taken withdrawn what told,
--   then per single exception taken in: nominal, then per occurrence to withdraw: nominal lane
--   token '': an API call's edits, without a term. expectRevision '': must not exist. record '': remove.
--   marker: with a removal, what is left behind of a schedule that moves to another queue or id, with its runs in front
--   before: runs it had in the partition it moved from. version '': the ledger stays as it is.
--   place: number of the decision by which it is made here, or leaves; with neither record nor expectRevision nothing
--   decided earlier may be made here any more
--   restWord: the schedule rests; what is withdrawn up to restUntil is written down with this word. '': it goes on, and
--   an occurrence that has begun already refuses the edit. restLanes: where ready ones are to be taken back after it,
--   kept until that is done, because the caller may not live to do it. resume: when its pause ends; '': it has no end.
--   watch 1: something is expected of its runs.
--   what: it is for those who listen (changed, removed, paused, resumed), or ''.
--   told: see told-passed.lua
--   policy: see `policies`; '': as where nothing is said.
-- REPLY ok | word      (one per edit: ok, stale, or `begun <nominal>`) | fenced number | unopened
@include birth
if token ~= '' then
@include term
end
@include clock
@include fence
@include revision
@include late
@include ledger
@include tell
@include parked-rest
@include switch
@include wake
@include ready
@include run-over
@include delete-task
@include told-passed
@include note-edits

-- Sorts what is to be withdrawn: what waits, what waits to be judged, and the last one that has begun.
local function sorted(id, from, to, rests)
  local due_ones, late_ones, begun = {}, rests and late_of(id, 1000) or {}, nil
  for at = from, to, 2 do
    local task, lane = id .. '@' .. ARGV[at], ARGV[at + 1]
    if redis.call('HEXISTS', attempts, task) == 0 and redis.call('ZSCORE', due, lane .. ':' .. task) then
      due_ones[#due_ones + 1] = lane .. ':' .. task
    elseif rests then
      -- Ready ones are taken back afterwards; what a worker has had goes on.
    elseif redis.call('ZSCORE', late, late_member(lane, task)) then
      late_ones[#late_ones + 1] = late_member(lane, task)
    elseif redis.call('HEXISTS', tasks, task) == 1 then
      -- A retry waits in the due set too, but it has run. One that was cancelled before stands in nobody's way.
      local ending = redis.call('HGET', endings, task)
      if not ending or string.sub(ending, 1, 1) ~= 'x' or redis.call('HEXISTS', attempts, task) == 1 then
        begun = ARGV[at]
      end
    end
  end
  return due_ones, late_ones, begun
end

local function edit(at, taken_from, withdrawn_from, to)
  local id, place, expectRevision, expectCursor = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local record, cursor, before, version = ARGV[at + 4], ARGV[at + 5], ARGV[at + 6], ARGV[at + 7]
  local marker, restWord, restUntil = ARGV[at + 10], ARGV[at + 11], ARGV[at + 12]
  if place ~= '' then
    if record == '' then
      refuse_earlier(id, place)
    elseif is_refused(id, place) then
      return 'stale'
    end
  end
  local stored = redis.call('HGET', schedules, id) or ''
  -- The same edit sent again has nothing left to do.
  if stored == record and (record ~= '' or expectRevision ~= '') then return 'ok' end
  if revision_in(stored) ~= expectRevision then return 'stale' end
  local standing = redis.call('ZSCORE', cursors, id)
  if (standing and tonumber(standing) or '') ~= (expectCursor ~= '' and tonumber(expectCursor) or '') then
    return 'stale'
  end
  if version ~= '' and ledger_version(id) ~= version then return 'stale' end
  if marker ~= '' and redis.call('HLEN', singles .. id) > withdrawn_from - taken_from then return 'stale' end

  local rests = restWord ~= ''
  local due_ones, late_ones, begun = sorted(id, withdrawn_from, to, rests)
  if begun then return 'begun ' .. begun end
  local parked_ones = rests and take_rest(id, '') or {}
  local withdrawn = #due_ones + #late_ones + #parked_ones
  local rested, rested_from, rested_to = 0, nil, nil
  local function gone(task)
    delete_task(task)
    local nominal = string.match(task, '%d+$')
    if rests and record ~= '' and tonumber(nominal) <= tonumber(restUntil) then
      write_single(id, nominal, restWord)
      local time = tonumber(nominal)
      rested, rested_from, rested_to = rested + 1, math.min(rested_from or time, time), math.max(rested_to or time, time)
    end
  end
  for _, member in ipairs(due_ones) do
    redis.call('ZREM', due, member)
    gone(string.match(member, '[^:]+$'))
  end
  for _, member in ipairs(late_ones) do
    redis.call('ZREM', late, member)
    gone(string.match(member, '^[^:]+'))
  end
  for _, one in ipairs(parked_ones) do gone(one.id) end
  if ARGV[at + 13] ~= '' then
    redis.call('HSET', withdrawals, id, expectRevision .. string.format(' %.0f ', now) .. ARGV[at + 13])
  end
  if ARGV[at + 14] ~= '' then
    redis.call('ZADD', resumes, ARGV[at + 14], id)
  else
    redis.call('ZREM', resumes, id)
  end
  redis.call(ARGV[at + 15] == '1' and 'SADD' or 'SREM', watched, id)
  if record == '' then
    if marker ~= '' then
      local left = tonumber(redis.call('HGET', runs, id) or '0') - withdrawn
      redis.call('HSET', moves, id, string.format('%.0f', left) .. ' ' .. marker)
      -- What it leaves behind waits for the leader.
      if not string.find(redis.call('HGET', policies, id) or '', '^a') then redis.call('SADD', unfinished .. id, '>') end
    end
    redis.call('HDEL', schedules, id)
    redis.call('HDEL', runs, id)
    redis.call('HDEL', policies, id)
    -- Of one that moves, the new queue takes it over first.
    if marker == '' then redis.call('HDEL', successes, id) end
    drop_ledger(id)
  else
    -- One that comes back before the leader let go on what it left here: its home is here again.
    local back = stored == '' and redis.call('SREM', unfinished .. id, '>') == 1
    if before ~= '' then redis.call('HSET', runs, id, before) end
    if withdrawn > 0 then redis.call('HINCRBY', runs, id, -withdrawn) end
    redis.call('HSET', schedules, id, record)
    if ARGV[at + 16] == '' then
      redis.call('HDEL', policies, id)
    else
      redis.call('HSET', policies, id, ARGV[at + 16])
      if string.find(ARGV[at + 16], '%d') then switch('E', true) end
    end
    if back or string.sub(ARGV[at + 16], 1, 1) == 'a' then hand_on(id) end
    if version ~= '' then write_ledger(id, version, ARGV[at + 8], ARGV[at + 9]) end
    for i = taken_from, withdrawn_from - 1 do take_single(id, ARGV[i]) end
  end
  if cursor ~= '' then
    redis.call('ZADD', cursors, cursor, id)
  elseif standing then
    redis.call('ZREM', cursors, id)
  end
  if ARGV[at + 19] ~= '' and string.find(switched, 'o', 1, true) then
@include note
    note('schedule ' .. id .. ' ' .. ARGV[at + 19])
  end
  tell_passed(id, ARGV[at + 20])
  if rested > 0 then
    note_passed(id, restWord, string.format('%.0f', rested_from), string.format('%.0f', rested_to), rested)
  end
  return 'ok'
end

local reply, done = { 'ok' }, {}
local at = rest + 1
while at <= #ARGV do
  local taken_from = at + 21
  local withdrawn_from = taken_from + tonumber(ARGV[at + 17])
  local after = withdrawn_from + 2 * tonumber(ARGV[at + 18])
  local word = edit(at, taken_from, withdrawn_from, after - 1)
  if word == 'ok' then done[#done + 1] = ARGV[at] end
  reply[#reply + 1] = word
  at = after
end
note_edits(done)
tell('schedules ' .. queue)
return reply
