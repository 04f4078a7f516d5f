-- Instants of a schedule that passed unplanned, as a closed range; the latest thousand ranges are kept.
local function record_missed(schedule, from, to, count)
  local missed = prefix .. 'missed:' .. schedule
  redis.call('ZADD', missed, from, from .. '-' .. to .. '-' .. count)
  redis.call('ZREMRANGEBYRANK', missed, 0, -1001)
  redis.call('PEXPIRE', missed, keep)
end
