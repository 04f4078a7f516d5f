-- Tells nodes of something here, and counts it: who did not hear it sees by the count that there was something.
-- KEYS told
-- ARGV channel
local function tell(message)
  redis.call('INCR', told)
  redis.call('PUBLISH', channel, message)
end
