-- One field per nominal instant, in hashes of 128 s, so of at most 128 fields (an instant is a whole second).
-- The place follows from the instant alone, and a chunk expires by itself.
-- KEYS ledgers
local SPAN = 128000
local function ledger(schedule, nominal)
  local chunk = math.floor(nominal / SPAN)
  return ledgers .. schedule .. ':' .. string.format('%.0f', chunk),
    string.format('%.0f', nominal - chunk * SPAN)
end
