#!lua flags=allow-oom
-- tell-set: a node found something out about a file set that changes nothing of it; told once to those who listen.
-- KEYS proposed
-- ARGV set told nonce keep      (told: invalid, and which node says so)
-- REPLY ok
@include note-shared
if redis.call('SET', proposed .. nonce, '', 'NX', 'PX', keep) then note('set ' .. set .. ' ' .. told) end
return { 'ok' }
