#!lua flags=allow-oom
-- depart: a process takes back that it is there.
-- KEYS nodes
-- ARGV kind id
-- REPLY ok
@include note-shared
@include left
if kind == 'worker' then
  left(id)
else
  redis.call('HDEL', nodes, id)
  redis.call('ZREM', forgotten, 'node:' .. id)
end
return { 'ok' }
