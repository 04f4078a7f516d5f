-- Counts of a cell as text: for each of them, by place, a byte of how far its place is from the one before (three bits: 0 to
-- 6 stand for 1 to 7, 7 for the byte that follows) and of its number (five bits: 0 to 29 stand for 1 to 30, 30 for 31 and
-- the byte that follows, 31 for what follows, seven bits a byte, the lowest first). src/store/redis/rolled-counts.ts reads it.

-- The places and numbers that stand in `text`, from one byte to another.
local function unpacked(text, at, last)
  local codes, numbers, n, code = {}, {}, 0, -1
  while at <= last do
    local head = string.byte(text, at)
    local gap, count = math.floor(head / 32), head % 32
    at = at + 1
    if gap == 7 then
      gap = string.byte(text, at) - 1
      at = at + 1
    end
    if count == 30 then
      count = 30 + string.byte(text, at)
      at = at + 1
    elseif count == 31 then
      local unit = 1
      count = -1
      repeat
        local digit = string.byte(text, at)
        count = count + digit % 128 * unit
        unit = unit * 128
        at = at + 1
      until digit < 128
    end
    n = n + 1
    code = code + gap + 1
    codes[n], numbers[n] = code, count + 1
  end
  return codes, numbers
end

-- What stands in `text` from a byte on, and these places and numbers added to it.
local function merged(text, at, codes, numbers)
  local char = string.char
  local others, theirs = unpacked(text, at, #text)
  local parts, n, last, i, j = {}, 0, -1, 1, 1
  while codes[i] or others[j] do
    local code, count = codes[i], 0
    if not code or (others[j] and others[j] < code) then code = others[j] end
    if codes[i] == code then
      count = numbers[i]
      i = i + 1
    end
    if others[j] == code then
      count = count + theirs[j]
      j = j + 1
    end
    local gap = code - last - 1
    local head = (gap < 7 and gap or 7) * 32
    local far = gap < 7 and '' or char(gap + 1)
    n = n + 1
    if count <= 30 then
      parts[n] = char(head + count - 1) .. far
    elseif count <= 286 then
      parts[n] = char(head + 30) .. far .. char(count - 31)
    else
      local text = char(head + 31) .. far
      while count > 127 do
        text = text .. char(128 + count % 128)
        count = math.floor(count / 128)
      end
      parts[n] = text .. char(count)
    end
    last = code
  end
  return table.concat(parts)
end
