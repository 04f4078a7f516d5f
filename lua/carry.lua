#!lua flags=allow-oom
-- carry: what a schedule brings along from the queue it leaves, before it begins here.
-- KEYS elsewhere unfinished successes
-- ARGV schedule success | entry blocks
--   success: see `successes`; '' for none. Per queue in which runs were left behind: its entry (see `elsewhere`); 1 where
--   some are unfinished, so that what comes due here meets them
-- REPLY ok | unopened
@include opened
for at = rest + 1, #ARGV, 2 do
  redis.call('SADD', elsewhere, schedule .. ' ' .. ARGV[at])
  if ARGV[at + 1] == '1' then redis.call('SADD', unfinished .. schedule, '>' .. ARGV[at]) end
end
if success ~= '' then redis.call('HSETNX', successes, schedule, success) end
return { 'ok' }
