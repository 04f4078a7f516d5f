#!lua
-- change-operation: one change of an operation by compare-and-set.
-- KEYS term operations
-- ARGV token channel id expect record
--   token '': no leader's. expect '': there must be none. record '': remove it.
-- REPLY ok | stale | fenced number
if token ~= '' then
@include term
end
local stored = redis.call('HGET', operations, id) or ''
-- The same change sent again has nothing left to do.
if stored == record then return { 'ok' } end
if string.match(stored, '^%d*') ~= expect then return { 'stale' } end
if record == '' then
  redis.call('HDEL', operations, id)
else
  redis.call('HSET', operations, id, record)
end
@include note-shared
note('operation ' .. id)
-- The leader knows of its own.
if token == '' then
@include tell
  tell('operations')
end
return { 'ok' }
