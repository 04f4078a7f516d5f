#!lua flags=no-writes
-- find: every fact of the tasks named.
-- KEYS tasks endings attempts failures history due
-- ARGV | id
-- REPLY ok | record ending attempt failures history dueAt worker token      (record '' for an unknown id)
@include holder
local reply = { 'ok' }
for at = rest + 1, #ARGV do
  local id = ARGV[at]
  local record = redis.call('HGET', tasks, id)
  local ending = record and redis.call('HGET', endings, id)
  local dueAt, worker, token
  if record and not ending then
    dueAt = redis.call('ZSCORE', due, string.match(record, '^%S+') .. ':' .. id)
    if not dueAt then worker, token = holder(id) end
  end
  local n = #reply
  reply[n + 1] = record or ''
  reply[n + 2] = ending or ''
  reply[n + 3] = redis.call('HGET', attempts, id) or '0'
  reply[n + 4] = redis.call('HGET', failures, id) or '0'
  reply[n + 5] = redis.call('HGET', history, id) or ''
  reply[n + 6] = dueAt or ''
  reply[n + 7] = worker or ''
  reply[n + 8] = token or ''
end
return reply
