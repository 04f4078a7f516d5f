#!lua flags=allow-oom
-- order: what is asked of a worker, all of it, by compare-and-set.
-- KEYS workers orders
-- ARGV id expect record      (expect: the nonce of what was asked before, or '')
-- REPLY ok | stale | unknown
@include clock
local stored = redis.call('HGET', orders, id) or ''
-- The same change sent again has nothing left to do.
if stored == record then return { 'ok' } end
local seen, ttl = string.match(redis.call('HGET', workers, id) or '', '^(%d+):(%d+):')
if not seen or seen + ttl <= now then return { 'unknown' } end
if string.match(stored, '^%S*') ~= expect then return { 'stale' } end
redis.call('HSET', orders, id, record)
return { 'ok' }
