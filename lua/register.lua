#!lua
-- register: the short code of a queue's partition, given out once.
-- KEYS queues
-- ARGV queue
-- REPLY ok code
local code = redis.call('HGET', queues, queue)
if not code then
  -- The counter's field cannot be a queue: names start with a letter or digit.
  code = string.format('%.0f', redis.call('HINCRBY', queues, '#', 1))
  redis.call('HSET', queues, queue, code)
end
return { 'ok', code }
