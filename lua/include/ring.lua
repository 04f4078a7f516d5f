-- Leaves one wake token for a lane; a token already there serves as well.
local function ring(lane)
  local wake = prefix .. 'wake:' .. lane
  if redis.call('LLEN', wake) == 0 then redis.call('RPUSH', wake, '1') end
end
