#!lua flags=no-writes
-- find: every fact of the tasks named.
-- KEYS tasks endings attempts failures history due late
-- ARGV | id
-- REPLY ok | record ending attempts failures history dueAt worker token
--   record '' for an unknown id; dueAt 'late' for a run that waits to be judged
@include holders
@include late
local reply, open = { 'ok' }, {}
for at = rest + 1, #ARGV do
  local id = ARGV[at]
  local record = redis.call('HGET', tasks, id)
  local ending = record and redis.call('HGET', endings, id)
  local dueAt
  if record and not ending then
    dueAt = redis.call('ZSCORE', due, string.match(record, '^%S+') .. ':' .. id)
    if not dueAt and redis.call('ZSCORE', late, late_member(string.match(record, '^%S+'), id)) then dueAt = 'late' end
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
end
local of, tokens = holders(open)
for at = rest + 1, #ARGV do
  local id, n = ARGV[at], 8 * (at - rest)
  if of[id] then
    reply[n] = of[id]
    reply[n + 1] = tokens[id]
  end
end
return reply
