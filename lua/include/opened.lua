-- A partition is opened explicitly; an empty one (flushed, or never opened) refuses every verb.
-- `switched` tells what is unusual in this one (see switch.lua), read on the way.
-- KEYS layout switches
local known = redis.call('MGET', layout, switches)
if string.match(known[1] or '', '^[^:]*') ~= LAYOUT then return { 'unopened' } end
local switched = known[2] or ''
