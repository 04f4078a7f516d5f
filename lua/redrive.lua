#!lua
-- redrive: put dead tasks back: ready at once, no failure counted; attempts go on, what ties them is taken again.
-- KEYS tasks endings dead keeps kept attempts failures ties
-- ARGV | id attempt payload
--   attempt: the one it died of, as its caller read it; payload: '' for the one it has
-- REPLY ok word… | unopened      (each: ok, unknown, `taken <id>` where its unique key is another's, or its state)
@include opened
@include clock
@include big
@include switch
@include wake
@include ready
@include late
@include ledger
@include runs-due
@include came-due
@include history
@include ties
@include tie
@include record
@include state-of
@include note-moved
local call = redis.call
local function redrive(id, attempt, payload)
  local record = call('HGET', tasks, id)
  if not record then return 'unknown' end
  local death = string.match(call('HGET', endings, id) or '', '^d(.*)$')
  if not death or string.match(death, '^%[(%d+)') ~= attempt then
    -- This very death was put back before: the call is sent again.
    local same = payload == '' or payload_in(record) == payload
    if same and string.match(call('HGET', attempts, id) or '', '^%d+!') == attempt .. '!' then return 'ok' end
    return state_of(id, record)
  end
  local tied = call('HGET', ties, id)
  local owner = tied and tie(id, tied)
  if owner then return 'taken ' .. owner end
  if payload ~= '' then
    call('HSET', tasks, id, with_payload(record, payload))
    if #payload > BIG then switch('b', true) end
  end
  call('HDEL', endings, id)
  call('ZREM', dead, id)
  -- It may stand aside (see prune.lua).
  if tied then
    call('ZREM', kept .. 'dead', id)
    call('ZREM', keeps, id)
  end
  call('HDEL', failures, id)
  call('HSET', attempts, id, attempt .. '!' .. at)
  switch('r', true)
  remember({ id }, { death })
  local lane = string.match(record, '^%S+')
  came_due(lane, id)
  note_moved(id, lane, state_of(id, record) == 'ready' and 'ready' or 'scheduled', attempt)
  return 'ok'
end
local reply = { 'ok' }
for row = rest + 1, #ARGV, 3 do reply[#reply + 1] = redrive(ARGV[row], ARGV[row + 1], ARGV[row + 2]) end
return reply
