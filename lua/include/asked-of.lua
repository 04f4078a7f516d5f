-- Tasks are over that children may wait for: what becomes of those children is put into the outbox, a message for each
-- parent, `!<letter><time, us>:<id>`; who is to be told stands in `askers:` under that message from now on.
-- letter: c completed, d dead, x cancelled
-- KEYS asked askers outbox
@include switch
local function asked_of(letter, ids, count)
  local marks = redis.call('SMISMEMBER', asked, unpack(ids, 1, count))
  local some = 0
  local time = redis.call('TIME')
  local us = time[1] .. string.format('%06d', time[2])
  for i = 1, count do
    if marks[i] == 1 and redis.call('SREM', asked, ids[i]) == 1 then
      local message = '!' .. letter .. us .. ':' .. ids[i]
      redis.call('RENAME', askers .. ids[i], askers .. message)
      -- In their order: a quarter is the smallest step that a score of this size can tell apart.
      redis.call('ZADD', outbox, string.format('%.2f', tonumber(us) + some / 4), message)
      some = some + 1
    end
  end
  if some == 0 then return end
  switch('a', redis.call('EXISTS', asked) == 1)
  switch('m', true)
@include stir
end
