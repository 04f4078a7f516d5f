-- Whether an ending was recorded as it was sent, or as that of a task that was asked to stop.
-- KEYS endings
local function was_ended(id, ending)
  local stored = redis.call('HGET', endings, id)
  if not stored or stored == ending then return stored == ending end
  local attempt = string.match(ending, '%[.*$')
  return attempt ~= nil and string.sub(stored, 1, 1) == 'x' and string.find(stored, attempt .. '\n', 1, true) ~= nil
end
