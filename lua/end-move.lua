#!lua flags=allow-oom
-- end-move: remove the marker of a schedule that has begun in its new queue.
-- KEYS moves
-- ARGV id marker
-- REPLY ok
if redis.call('HGET', moves, id) == marker then redis.call('HDEL', moves, id) end
return { 'ok' }
