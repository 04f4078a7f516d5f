-- Cells that are over, one behind the other: at most 64, each begun by a byte that says what follows.
--   0 to 63     a cell at this place, as it was written before decision 166: a byte of the length of its counts, or from 128
--               on two of them (less 128 × 256), and its counts as in rolled-counts.lua
--   64 to 127   nothing; the next cell has this place less 64. Without it a cell has the place behind that of the one before
--   128 to 247  packed counts of this length less 128
--   248 to 255  the same, with a byte more: this less 248, × 256, and that byte
--
-- Packed counts are bits, the highest of a byte first: runs of places that follow each other, by place, and behind the last
-- byte zeros. Of a run: 1 | how far it is from the end of the one before, R4 | places less one, R2 | k, R2 | each count, Rk.
-- Rk (Rice): the number / 2^k as so many ones and a zero, and what remains in k bits.
-- Two counts stand as differences, which are 0 as a rule: `completed` from the attempts that ended and did not fail, and
-- `enqueued` from `completed`. A difference d stands as 2d, or as -2d - 1 where it is below 0.
-- src/store/redis/rolled-cells.ts reads it.

local COMPLETED, FAILED, ENQUEUED, FIRST_RUN, LAST_RUN = 0, 1, 4, 8, 71
-- A run goes on over so many places that have no count: to begin another costs about as much.
local HOLE = 2
-- Of k, and of what is written at a time: numbers are whole up to 2^53.
local MOST_BITS = 40

-- How many attempts have ended and not failed.
local function went_well(row)
  local ended = 0
  for place = FIRST_RUN, LAST_RUN do ended = ended + (row[place] or 0) end
  return ended - (row[FAILED] or 0)
end

-- The k with which the counts of a run take the fewest bits.
local function best_k(row, from, to)
  local least, best = math.huge, 0
  for k = 0, MOST_BITS do
    local all = (to - from + 1) * (k + 1)
    for place = from, to do all = all + math.floor((row[place] or 0) / 2 ^ k) end
    if all >= least then break end
    least, best = all, k
  end
  return best
end

local function difference(number) return number < 0 and -2 * number - 1 or 2 * number end

-- The counts of a cell, by place up to the last one, as bits; `row` is used up.
local function in_bits(row, last)
  local completed = row[COMPLETED] or 0
  row[ENQUEUED] = difference((row[ENQUEUED] or 0) - completed)
  row[COMPLETED] = difference(completed - went_well(row))
  local bytes, n, waiting, width = {}, 0, 0, 0
  local function put(number, bits)
    waiting, width = waiting * 2 ^ bits + number, width + bits
    while width >= 8 do
      width = width - 8
      local byte = math.floor(waiting / 2 ^ width)
      n = n + 1
      bytes[n] = string.char(byte)
      waiting = waiting - byte * 2 ^ width
    end
  end
  local function rice(number, k)
    local ones = math.floor(number / 2 ^ k)
    while ones > MOST_BITS do
      put(2 ^ MOST_BITS - 1, MOST_BITS)
      ones = ones - MOST_BITS
    end
    put(2 ^ (ones + 1) - 2, ones + 1)
    put(number % 2 ^ k, k)
  end
  local behind, from = 0, 0
  last = math.max(last, ENQUEUED)
  while from <= last do
    if (row[from] or 0) > 0 then
      local to, place = from, from + 1
      while place <= last and place - to <= HOLE + 1 do
        if (row[place] or 0) > 0 then to = place end
        place = place + 1
      end
      local k = best_k(row, from, to)
      put(1, 1)
      rice(from - behind, 4)
      rice(to - from, 2)
      rice(k, 2)
      for one = from, to do rice(row[one] or 0, k) end
      behind, from = to + 1, to
    end
    from = from + 1
  end
  if width > 0 then put(0, 8 - width) end
  return table.concat(bytes)
end

-- Adds what stands as bits in `text`, from one byte up to another, to `row`; answers the last place.
local function from_bits(text, at, to, row)
  local waiting, width = 0, 0
  local function take(bits)
    while width < bits do
      waiting, width = waiting * 256 + (at <= to and string.byte(text, at) or 0), width + 8
      at = at + 1
    end
    width = width - bits
    local number = math.floor(waiting / 2 ^ width)
    waiting = waiting - number * 2 ^ width
    return number
  end
  local function rice(k)
    local ones = 0
    while take(1) == 1 do ones = ones + 1 end
    return ones * 2 ^ k + take(k)
  end
  local stood, place = {}, 0
  while take(1) == 1 do
    place = place + rice(4)
    local places, k = rice(2) + 1, rice(2)
    for _ = 1, places do
      stood[place] = rice(k)
      place = place + 1
    end
  end
  local function number(code)
    local twice = stood[code] or 0
    return twice % 2 == 0 and twice / 2 or -(twice + 1) / 2
  end
  stood[COMPLETED] = went_well(stood) + number(COMPLETED)
  stood[ENQUEUED] = stood[COMPLETED] + number(ENQUEUED)
  for code, count in pairs(stood) do row[code] = (row[code] or 0) + count end
  return place
end

-- Cells that are over, and these counts added to that at a place.
local function joined(before, cell, codes, numbers)
  local row, last, at, behind, found = {}, codes[#codes] or 0, 1, 0, nil
  for i, code in ipairs(codes) do row[code] = numbers[i] end
  while at <= #before and not found do
    local head, from, length = string.byte(before, at), at + 1, 0
    local here = behind
    if head < 64 then
      here, length, from = head, string.byte(before, from), from + 1
      if length > 127 then length, from = (length - 128) * 256 + string.byte(before, from), from + 1 end
    elseif head < 128 then
      here = head - 65
    elseif head < 248 then
      length = head - 128
    else
      length, from = (head - 248) * 256 + string.byte(before, from), from + 1
    end
    if here == cell and (head < 64 or head > 127) then
      found = at
      if head < 64 then
        local theirs, more = unpacked(before, from, from + length - 1)
        for i, code in ipairs(theirs) do
          row[code] = (row[code] or 0) + more[i]
          last = math.max(last, code)
        end
      else
        last = math.max(last, from_bits(before, from, from + length - 1, row))
      end
    else
      behind = here + 1
    end
    at = from + length
  end
  local bits = in_bits(row, last)
  local length = #bits
  local head = length < 120 and string.char(128 + length)
    or string.char(248 + math.floor(length / 256), length % 256)
  local far = behind == cell and '' or string.char(64 + cell)
  return string.sub(before, 1, (found or at) - 1) .. far .. head .. bits .. string.sub(before, at)
end
