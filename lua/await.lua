#!lua flags=allow-oom
-- await: note who waits for tasks to end, or does so no longer; what has ended already is answered.
-- KEYS tasks endings awaited
-- ARGV listener keep | id waits      (listener: the channel it hears on; keep: ms; waits: 1, or 0 for no longer)
-- REPLY ok | id, or unopened      (the ids that have ended, or are not there)
@include opened
@include switch
local reply = { 'ok' }
for at = rest + 1, #ARGV, 2 do
  local id = ARGV[at]
  local who = redis.call('HGET', awaited, id) or ''
  local stands = string.find(' ' .. who .. ' ', ' ' .. listener .. ' ', 1, true)
  if ARGV[at + 1] == '0' then
    local others = {}
    for other in string.gmatch(who, '%S+') do
      if other ~= listener then others[#others + 1] = other end
    end
    if #others > 0 then
      redis.call('HSET', awaited, id, table.concat(others, ' '))
    elseif stands then
      redis.call('HDEL', awaited, id)
    end
  elseif redis.call('HEXISTS', tasks, id) == 0 or redis.call('HEXISTS', endings, id) == 1 then
    reply[#reply + 1] = id
  elseif not stands then
    redis.call('HSET', awaited, id, who == '' and listener or who .. ' ' .. listener)
  end
end
-- Who waits says so again before this is over: what is left of those that are gone goes with it.
switch('w', redis.call('PEXPIRE', awaited, keep) == 1)
return reply
