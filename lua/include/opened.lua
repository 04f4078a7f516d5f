-- A partition is opened explicitly; an empty one (flushed, or never opened) refuses every verb.
-- KEYS layout
if string.match(redis.call('GET', layout) or '', '^[^:]*') ~= LAYOUT then return { 'unopened' } end
