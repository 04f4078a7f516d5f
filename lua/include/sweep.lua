-- What lanes that nobody serves leave behind, in slices: tombstones of tasks that are deleted, with their entries in the
-- ready lists; and the lanes themselves, once the partition has neither task nor worker. What others remember of them
-- is void then, by the new birth. Answers how many entries it took out.
-- KEYS gone ready lanes wakes due workers tasks layout
local function sweep()
  -- Entries looked at, and taken out, in one call.
  local WINDOW, MOST = 5000, 1000
  local time = redis.call('TIME')
  local looked, swept, seen = 0, 0, {}
  local some = string.find(switched, 't', 1, true) and redis.call('HRANDFIELD', gone, 50) or {}
  for _, tombstone in ipairs(some) do
    local lane = string.match(tombstone, '^[^:]+')
    if not seen[lane] and looked < WINDOW then
      seen[lane] = true
      local list = ready .. lane
      local windows = math.ceil(redis.call('LLEN', list) / WINDOW)
      local from = windows > 1 and tonumber(time[2]) % windows * WINDOW or 0
      local members, before = redis.call('LRANGE', list, from, from + WINDOW - 1), swept
      for i, member in ipairs(members) do
        -- One that is listed still keeps its place: whoever reads the list page by page finds it by that.
        if swept < MOST and redis.call('HEXISTS', gone, member) == 1
          and redis.call('HEXISTS', tasks, string.sub(member, #lane + 2)) == 0 then
          redis.call('LSET', list, from + i - 1, '')
          if redis.call('HINCRBY', gone, member, -1) == 0 then redis.call('HDEL', gone, member) end
          swept = swept + 1
        end
      end
      if swept > before then redis.call('LREM', list, 0, '') end
      if windows == 0 then redis.call('HDEL', gone, tombstone) end
      looked = looked + #members
    end
  end
  if #some > 0 then switch('t', redis.call('EXISTS', gone) == 1) end
  -- Two fields a lane.
  local FEW = 128
  if redis.call('HLEN', lanes) > FEW and redis.call('EXISTS', tasks, due, workers, gone) == 0 then
    for _, lane in ipairs(redis.call('HKEYS', lanes)) do
      if string.sub(lane, 1, 1) ~= ':' then redis.call('DEL', wakes .. lane, ready .. lane) end
    end
    redis.call('DEL', lanes)
@include switch
    switch('k', false)
    redis.call('SET', layout, LAYOUT .. ':' .. time[1] .. string.format('%06d', time[2]))
  end
  return swept
end
