-- The concurrency key in what a task is tied by (see ties.lua).
local function key_in(text)
  local bytes, from = string.match(text or '', '^k(%d+):()')
  return bytes and string.sub(text, from, from + bytes - 1)
end
