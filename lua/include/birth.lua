-- As `opened`, and of the birth its caller knows: lane codes learnt before data was lost may mean other lanes.
-- KEYS layout
-- ARGV birth
if redis.call('GET', layout) ~= birth then return { 'unopened' } end
