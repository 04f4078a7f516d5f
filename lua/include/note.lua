-- Writes down what happens, for those who listen: a stream that is there as long as somebody does, and a while longer.
-- Where it is not nothing is written, and the letter goes. See src/store/redis/events.ts for what an entry says.
-- Whoever uses it includes `switch`.
-- KEYS events
-- Entries that are kept, about.
local EVENTS = 10000
local function note(entry)
  if not redis.call('XADD', events, 'NOMKSTREAM', 'MAXLEN', '~', EVENTS, '*', 'e', entry) then switch('o', false) end
end
