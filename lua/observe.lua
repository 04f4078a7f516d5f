#!lua flags=allow-oom
-- observe: what happens here is recorded for so long from now on, and longer where it is asked for again.
-- KEYS events switches
-- ARGV keep shared      (keep: ms; shared: 1 for the registry, which has no switches)
-- REPLY ok now
if redis.call('EXISTS', events) == 0 then
  -- Whoever resumes from before this has missed something.
  redis.call('XADD', events, '*', 'e', 'begun')
end
redis.call('PEXPIRE', events, keep)
if shared == '0' then
  local switched = redis.call('GET', switches) or ''
@include switch
  switch('o', true)
end
-- Behind where the stream begins.
@include clock
return { 'ok', now }
