-- Instants of a schedule that passed unplanned, as a closed range; the latest thousand ranges are kept.
-- KEYS missed
-- ARGV keep
local function record_missed(schedule, from, to, count)
  local ranges = missed .. schedule
  redis.call('ZADD', ranges, from, from .. '-' .. to .. '-' .. count)
  redis.call('ZREMRANGEBYRANK', ranges, 0, -1001)
  redis.call('PEXPIRE', ranges, keep)
end
