-- What deleted tasks told of themselves goes with them: how far they were, and their logs.
-- KEYS progress logged logs
local function forget_reports(ids)
  redis.call('HDEL', progress, unpack(ids))
  if redis.call('EXISTS', logged) == 0 then return end
  for _, id in ipairs(ids) do
    if redis.call('SREM', logged, id) == 1 then redis.call('UNLINK', logs .. id) end
  end
end
