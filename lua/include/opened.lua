-- A partition is opened explicitly; an empty one (flushed, or never opened) refuses every verb.
if redis.call('GET', layout) ~= LAYOUT then return { 'unopened' } end
