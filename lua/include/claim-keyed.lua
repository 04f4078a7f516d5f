-- claim: takes up to `asked` tasks of a keyed lane, one of each key in turn.
@keys slots ties
@include gate
@include counted-off
-- Keys that are passed over because they may start nothing: more than so many are left to the next claim.
local MOST_CLOSED = 500
local rules = rules_of_keys()
local closed, tail, filled = 0, behind_all(list), bytes
members = {}
-- What was taken is not put back: where records may be big, their sizes say when the reply is full.
while #members < asked and closed < MOST_CLOSED and filled < BYTES do
  local key = call('ZPOPMIN', list)[1]
  if not key then break end
  local theirs, id = list .. ':' .. key, nil
  if #rules.rates > 0 then no_later(keyStarts .. key) end
  if not admits(key) then
    closed = closed + 1
  elseif rules.strict then
    local own, head = next_of(key, call('SMEMBERS', keyLanes .. key))
    if own == lane then
      if head then
        id = head
        call('ZREM', theirs, id)
      else
        id = call('ZPOPMIN', theirs)[1]
      end
      call('HSET', heads, key, id)
    else
      closed = closed + 1
      gate(key, opened)
    end
  else
    id = call('ZPOPMIN', theirs)[1]
  end
  if id then
    members[#members + 1] = lane .. ':' .. id
    if big then
      local size = call('HSTRLEN', tasks, id)
      sizes[#members] = size
      filled = filled + size
    end
    call('SADD', slots .. key, id)
    if #rules.rates > 0 then started(keyStarts .. key, rules.rates, 1) end
    if call('EXISTS', theirs) == 0 then
      call('SREM', keyLanes .. key, lane)
    -- Under strict order it has just become closed.
    elseif not rules.strict and admits(key) then
      call('ZADD', list, tail, key)
      tail = tail + 1
    end
  end
end
if closed == MOST_CLOSED then more = 1 end
if #members > 0 then counted_off(lane, #members) end
