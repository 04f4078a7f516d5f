#!lua flags=no-writes
-- prunable: what is first past its retention, and whether something is to be swept. Most looks of a pruner end with it.
-- KEYS switches lanes finished dead cancelled endings settings keeps
-- ARGV
-- REPLY ok now sweeps completed ending dead diedAt cancelled cancelledAt goes retention
--   completed, dead, cancelled: how many there are; ending: of the completed one that goes first; `…At`: of the first, ms
--   goes: when the first goes that has a retention of its own, ms; retention: as it is set for the queue, JSON
@include clock
-- Two fields a lane; see sweep.lua.
local FEW = 128
local sweeps = string.find(redis.call('GET', switches) or '', 't', 1, true) or redis.call('HLEN', lanes) > FEW
local first = redis.call('LINDEX', finished, 0)
local died = redis.call('ZRANGE', dead, 0, 0, 'WITHSCORES')
local gone = redis.call('ZRANGE', cancelled, 0, 0, 'WITHSCORES')
return { 'ok', now, sweeps and 1 or 0,
  redis.call('LLEN', finished), first and redis.call('HGET', endings, first) or '',
  redis.call('ZCARD', dead), died[2] or '', redis.call('ZCARD', cancelled), gone[2] or '',
  redis.call('ZRANGE', keeps, 0, 0, 'WITHSCORES')[2] or '', redis.call('HGET', settings, 'retention') or '' }
