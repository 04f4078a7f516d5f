-- As `opened`, and of the birth its caller knows: lane codes learnt before data was lost may mean other lanes.
-- KEYS layout switches
-- ARGV birth
local known = redis.call('MGET', layout, switches)
if known[1] ~= birth then return { 'unopened' } end
local switched = known[2] or ''
