-- What must be freed when a task ends, known when it is created: `<letter><bytes>:<name>`, one after another.
--   r: a retention of its own, in ms
--   k: its concurrency key, which stands first (see gate.lua)
--   u, t: a unique key; it names the one task that lives under it. t: its end is told to who is throttled by it
-- A task that has any is in a lane of a kind of its own, and of another one where it has a concurrency key; nobody looks
-- for the ties of plain ones.
local function ties_of(text)
  local found, at = {}, 1
  while at <= #text do
    local letter, bytes, from = string.match(text, '^(%l)(%d+):()', at)
    at = from + tonumber(bytes)
    found[#found + 1] = { letter = letter, name = string.sub(text, from, at - 1) }
  end
  return found
end
