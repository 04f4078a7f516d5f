#!lua flags=no-writes
-- find: every fact of the tasks named.
-- KEYS tasks endings attempts failures history due late parked unfinished stops progress
-- ARGV | id
-- REPLY ok | record ending attempts failures history dueAt worker token stop progress
--   record '' for an unknown id; dueAt `late` for a run that waits to be judged, `parked` and what it waits for, or
--   `child`, when it is due and its parents, with blanks between; stop: ms and reason, where its worker was asked to stop
@include holders
@include late
@include parked-facts
local reply, open = { 'ok' }, {}
for at = rest + 1, #ARGV do
  local id = ARGV[at]
  local record = redis.call('HGET', tasks, id)
  local ending = record and redis.call('HGET', endings, id)
  local dueAt
  if record and not ending then
    dueAt = redis.call('ZSCORE', due, string.match(record, '^%S+') .. ':' .. id)
    if not dueAt and redis.call('ZSCORE', late, late_member(string.match(record, '^%S+'), id)) then dueAt = 'late' end
    if not dueAt then dueAt = waits_for(string.match(record, '^%S+'), id) end
    if not dueAt then open[#open + 1] = id end
  end
  local n = #reply
  reply[n + 1] = record or ''
  reply[n + 2] = ending or ''
  reply[n + 3] = redis.call('HGET', attempts, id) or '0'
  reply[n + 4] = redis.call('HGET', failures, id) or '0'
  reply[n + 5] = redis.call('HGET', history, id) or ''
  reply[n + 6] = dueAt or ''
  reply[n + 7] = ''
  reply[n + 8] = ''
  reply[n + 9] = ''
  reply[n + 10] = record and redis.call('HGET', progress, id) or ''
end
local of, tokens = holders(open)
for at = rest + 1, #ARGV do
  local id, n = ARGV[at], 10 * (at - rest) - 2
  if of[id] then
    reply[n] = of[id]
    reply[n + 1] = tokens[id]
    reply[n + 2] = redis.call('HGET', stops, id) or ''
  end
end
return reply
