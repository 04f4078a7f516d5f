-- Wakes one worker of every lane that has work: a closed queue was opened.
-- KEYS lanes ready
local function wake_waiting()
  for _, lane in ipairs(redis.call('HKEYS', lanes)) do
    if string.sub(lane, 1, 1) ~= ':' and redis.call('EXISTS', ready .. lane) == 1 then wake(lane) end
  end
end
