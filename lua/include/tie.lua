-- Ties of a task that is being created: the id of the task that has what it asks for, or nothing and it is tied, unless
-- this was only a look.
-- KEYS ties unique
local function tie(id, text, only)
  local wanted = ties_of(text)
  for _, one in ipairs(wanted) do
    local owner = string.find(one.letter, '[ut]') and redis.call('HGET', unique, one.name)
    if owner and owner ~= id then return owner end
  end
  if only then return end
  for _, one in ipairs(wanted) do
    if string.find(one.letter, '[ut]') then redis.call('HSET', unique, one.name, id) end
  end
  redis.call('HSET', ties, id, text)
end
