-- A run goes to a ready list: for the first time, or once more after it was put back.
-- Whoever uses it includes `switch`.
-- KEYS attempts
@include note-moved
local function note_run(lane, id)
  if not string.find(switched, 'o', 1, true) then return end
  local attempt = string.match(redis.call('HGET', attempts, id) or '', '^%d+')
  if attempt then
    note_moved(id, lane, 'ready', attempt)
    return
  end
@include note
  note('fired ' .. id)
end
