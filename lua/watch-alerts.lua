#!lua flags=allow-oom
-- watch-alerts: one process at a time looks for what is wrong; it is told what stands.
-- KEYS alerts answers
-- ARGV by keep      (keep: for how long nobody else looks, ms)
-- REPLY ok | record…   or  other
local looks = redis.call('SET', answers .. 'alerts', by, 'PX', keep, 'NX', 'GET')
if looks and looks ~= by then return { 'other' } end
-- Whoever looks goes on: another one would have to look at everything anew.
if looks then redis.call('PEXPIRE', answers .. 'alerts', keep) end
local reply = redis.call('HVALS', alerts)
table.insert(reply, 1, 'ok')
return reply
