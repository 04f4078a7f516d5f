-- What ends is recorded where somebody listens. Whoever waits for one of these tasks is told that it has ended: one message for each of them, with all its ids.
-- KEYS awaited
if switched ~= '' and string.find(switched, 'w', 1, true) then
@include switch
  local told_of = {}
  for i, listeners in ipairs(redis.call('HMGET', awaited, unpack(ids, 1, count))) do
    for listener in string.gmatch(listeners or '', '%S+') do
      told_of[listener] = told_of[listener] or {}
      table.insert(told_of[listener], ids[i])
    end
  end
  if next(told_of) then redis.call('HDEL', awaited, unpack(ids, 1, count)) end
  for listener, theirs in pairs(told_of) do redis.call('PUBLISH', listener, table.concat(theirs, ' ')) end
  switch('w', redis.call('EXISTS', awaited) == 1)
end
if switched ~= '' and string.find(switched, 'o', 1, true) then
@include switch
@include note
  for i = 1, count do note(state .. ' ' .. ids[i]) end
end
