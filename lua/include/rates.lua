-- Rates: never more than so many starts in any window of so many ms. The last starts are written down, oldest first, and
-- one more may begin when the one that is `limit` back is longer ago than the window.
-- Whoever uses it includes `clock`.
-- KEYS settings
-- Those of the queue, or those of each key: `<limit> <ms> a|k;…` in the setting.
local function rates_of(text, letter)
  local found = {}
  for count, length, whose in string.gmatch(text or '', '(%d+) (%d+) (%l)') do
    if whose == letter then found[#found + 1] = { count = tonumber(count), length = tonumber(length) } end
  end
  return found
end

-- Starts that lie ahead, because the clock was stepped back, would keep it closed for as long: they count as of now.
local function no_later(log)
  local newest = redis.call('LINDEX', log, -1)
  if not newest or tonumber(newest) <= now then return end
  local past = redis.call('LRANGE', log, 0, -1)
  for i, one in ipairs(past) do
    if tonumber(one) > now then past[i] = at end
  end
  local left = redis.call('PTTL', log)
  redis.call('DEL', log)
  -- Lua hands on some 8,000 values at most.
  for i = 1, #past, 1000 do redis.call('RPUSH', log, unpack(past, i, math.min(i + 999, #past))) end
  redis.call('PEXPIRE', log, math.max(left, 1))
end

-- When `more` may start together: ms, at most `now` for at once. A start is counted in whole ms, so that its window is
-- over one ms later.
local function opening(log, rates, more)
  local last = 0
  for _, rate in ipairs(rates) do
    local before = more <= rate.count and redis.call('LINDEX', log, more - 1 - rate.count)
    if before then last = math.max(last, tonumber(before) + rate.length + 1) end
  end
  return last
end

local function started(log, rates, count)
  local most, longest = 0, 0
  for _, rate in ipairs(rates) do
    most, longest = math.max(most, rate.count), math.max(longest, rate.length)
  end
  if most == 0 then return end
  local times = {}
  for i = 1, math.min(count, most) do times[i] = at end
  redis.call('RPUSH', log, unpack(times))
  redis.call('LTRIM', log, -most, -1)
  redis.call('PEXPIRE', log, longest + 1)
end
