-- A new task that waits for its parents. It stands in `children`, with its due time; `parents` has a row for each parent
-- that has not ended as far as is known, and the outbox a question to each: `?<policy><queue> <parent> <lane>:<id>`.
-- waits: `<policy>`, and then queue and id of each parent, with a space between all of them
-- KEYS children parents outbox
-- ARGV queue
@include switch
local asked_before = 0
local function await_parents(lane, id, dueAt, waits)
  local member = lane .. ':' .. id
  local policy = string.sub(waits, 1, 1)
  local time = redis.call('TIME')
  local us = tonumber(time[1] .. string.format('%06d', time[2]))
  local rows, questions, count = {}, {}, 0
  local function put()
    if count == 0 then return end
    redis.call('ZADD', parents, unpack(rows, 1, count))
    redis.call('ZADD', outbox, unpack(questions, 1, count))
    count = 0
  end
  redis.call('ZADD', children, dueAt, member)
  for parent_queue, parent in string.gmatch(string.sub(waits, 3), '(%S+) (%S+)') do
    rows[count + 1], rows[count + 2] = 0, id .. ' ' .. parent
    questions[count + 1] = string.format('%.2f', us + asked_before / 4)
    questions[count + 2] = '?' .. policy .. parent_queue .. ' ' .. parent .. ' ' .. member
    asked_before = asked_before + 1
    count = count + 2
    if count == 1000 then put() end
  end
  put()
  switch('m', true)
end
