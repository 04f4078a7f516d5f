#!lua
-- roll-up: add counts to the cells of their subjects, by minute, hour and day, once for each call of a source.
-- KEYS rollups rolled rolledBy
-- ARGV source number keep budget usual | kind name minute counts
--   keep: how long this call may be sent again, ms. budget: how large all of it may be, bytes, from now on, else ''; usual:
--   unless that was ever said. kind: q h s; name: '' of all queues together. minute: since 1970. counts: `place number …`
-- REPLY ok | given | already      (given: `<tier><kind>` of what was given up for want of room, each once)
--
-- Cells of one tier, kind and span of time share a hash, `<tier><kind>:<span>`, a field each subject: its cells that are over,
-- one behind the other (rolled-cells.lua). The latest one stands in a hash beside it, `…:open`, as a byte of its place and
-- its counts (rolled-counts.lua), and is written anew with each call until the next one begins: so little is written as
-- long as a field grows.
@include clock
@include rolled-counts
@include rolled-cells
local MINUTE = 60000
-- Letter, minutes of a cell, cells of a span, how long it is kept; src/domain/stats/tiers.ts has the same table.
local TIERS = { { 'm', 1, 60, 86400000 }, { 'h', 60, 24, 2592000000 }, { 'd', 1440, 32, 34560000000 } }
-- What a field takes beside its text, bytes, about.
local FIELD = 64
-- Subjects of one kind in a span, at most, and the room that each is to have; others are counted as this one.
local MOST, ROOM, OTHER = { q = 5000, h = 5000, s = 20000 }, 2048, '_other'
local call, char, byte, sub = redis.call, string.char, string.byte, string.sub

local by = rolledBy .. source
if tonumber(call('GET', by) or '0') >= tonumber(number) then return { 'already' } end
call('SET', by, number, 'PX', keep)
if budget ~= '' then call('HSET', rollups, 'budget', budget) end
local allowed = tonumber(call('HGET', rollups, 'budget') or usual)

-- Hashes that were written to, by their names: when they end, and by how much they grew.
local ends, grown = {}, {}
local function grew(base, bytes) grown[base] = (grown[base] or 0) + bytes end

-- A cell that is over joins those before it.
local function close(base, name, cell, codes, numbers)
  local before = call('HGET', rolled .. base, name) or ''
  local after = joined(before, cell, codes, numbers)
  call('HSET', rolled .. base, name, after)
  grew(base, #after - #before + (before == '' and FIELD + #name or 0))
end

local function add(tier, kind, name, minute, codes, numbers)
  local letter, length, cells, kept = unpack(tier)
  local number = math.floor(minute / length)
  local span = math.floor(number / cells)
  if (number + 1) * length * MINUTE + kept <= now then return end
  local base = string.format('%s%s:%.0f', letter, kind, span)
  local open = rolled .. base .. ':open'
  ends[base] = (span + 1) * cells * length * MINUTE + kept
  local cell = number - span * cells
  local stands = call('HGET', open, name)
  if not stands then
    local most = math.min(MOST[kind], math.floor(allowed / ROOM))
    if name ~= OTHER and call('HLEN', open) >= most then return add(tier, kind, OTHER, minute, codes, numbers) end
    -- The first of this span: the last one of the span before is over.
    local former = string.format('%s%s:%.0f', letter, kind, span - 1)
    local last = call('HGET', rolled .. former .. ':open', name)
    if last then
      close(former, name, byte(last), unpacked(last, 2, #last))
      call('HDEL', rolled .. former .. ':open', name)
      grew(former, -#last - FIELD - #name)
      ends[former] = span * cells * length * MINUTE + kept
    end
    grew(base, FIELD + #name)
  elseif cell < byte(stands) then
    -- It comes late.
    return close(base, name, cell, codes, numbers)
  elseif cell > byte(stands) then
    close(base, name, byte(stands), unpacked(stands, 2, #stands))
    grew(base, -#stands)
    stands = nil
  else
    grew(base, -#stands)
  end
  local text = char(cell) .. merged(stands or '', 2, codes, numbers)
  call('HSET', open, name, text)
  grew(base, #text)
end

for at = rest + 1, #ARGV, 4 do
  local codes, numbers, n = {}, {}, 0
  for place, count in string.gmatch(ARGV[at + 3], '(%d+) (%d+)') do
    n = n + 1
    codes[n], numbers[n] = tonumber(place), tonumber(count)
  end
  for _, tier in ipairs(TIERS) do add(tier, ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2]), codes, numbers) end
end

local total, isNew, reply = 0, false, { 'ok' }
for base, bytes in pairs(grown) do
  local whole = string.format('%.0f', ends[base])
  call('PEXPIREAT', rolled .. base, whole, 'NX')
  call('PEXPIREAT', rolled .. base .. ':open', whole, 'NX')
  if call('HINCRBY', rollups, 'b' .. base, bytes) == bytes then isNew = true end
  total = call('HINCRBY', rollups, 'bytes', bytes)
end
if isNew or total > allowed then
@include rolled-room
  make_room(allowed, reply)
end
return reply
