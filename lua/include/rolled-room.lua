-- Forgets how large was what has expired, and while the rest is larger than it may be gives the finest of the oldest up:
-- minutes before hours before days, those of schedules before those of handlers and queues. What is under way stays. What
-- was given up is added to `told`.
local function make_room(allowed, told)
  local all = call('HGETALL', rollups)
  local total, spans, given = 0, {}, {}
  for i = 1, #all, 2 do
    local letter, kind, span = string.match(all[i], '^b(%a)(%a):(%d+)$')
    if letter then
      local order, tier
      for place, one in ipairs(TIERS) do
        if one[1] == letter then order, tier = place, one end
      end
      local bytes, length = tonumber(all[i + 1]), tier[2] * tier[3] * MINUTE
      local over = (span + 1) * length
      if over + tier[4] <= now then
        call('HDEL', rollups, all[i])
      else
        total = total + bytes
        if over <= now then
          spans[#spans + 1] = { field = all[i], rank = 2 * order + (kind == 's' and 0 or 1), over = over, bytes = bytes,
            kind = letter .. kind }
        end
      end
    end
  end
  table.sort(spans, function(a, b)
    if a.rank ~= b.rank then return a.rank < b.rank end
    if a.over ~= b.over then return a.over < b.over end
    return a.field < b.field
  end)
  for _, one in ipairs(spans) do
    if total <= allowed then break end
    local base = rolled .. sub(one.field, 2)
    call('UNLINK', base, base .. ':open')
    call('HDEL', rollups, one.field)
    call('HSET', rollups, 't' .. one.kind, string.format('%.0f', one.over))
    total = total - one.bytes
    if not given[one.kind] then told[#told + 1] = one.kind end
    given[one.kind] = true
  end
  call('HSET', rollups, 'bytes', string.format('%.0f', total))
end
