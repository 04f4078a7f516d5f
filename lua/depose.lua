#!lua
-- depose: one standby may take the lead from a leader whose planning stands still.
-- KEYS term
-- ARGV token planned patience
-- REPLY ok | moved
@include clock
local known = redis.call('HMGET', term, 'token', 'planned')
if known[1] ~= token or known[2] ~= planned then return { 'moved' } end
-- A watermark ahead of the time says that the clock was put back: how long it stood only the caller knows then.
local age = now - tonumber(string.match(planned, ':(%d+)$'))
if age >= 0 and age < tonumber(patience) then return { 'moved' } end
-- Moved by hand, so that no other standby does the same; without allow-oom, because where Redis takes no writes it is
-- not the leader that is stuck.
redis.call('HSET', term, 'planned', string.match(planned, '^%d+') .. ':' .. at)
redis.call('HINCRBY', term, 'deposed', 1)
@include note-reign
note_reign('deposed ' .. string.match(token, '^%d+') .. ' ' .. at)
return { 'ok' }
