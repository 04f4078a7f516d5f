-- promotion: rates that open by now. Of a key: it takes its turns again; of the queue: one worker of each lane is woken.
-- Some at a time; who is left over is due, and promoted next.
@keys settings opens
@include switch
@include gate
@include wake-waiting
local open = redis.call('ZRANGE', opens, '-inf', now, 'BYSCORE', 'LIMIT', 0, 100)
if #open > 0 then redis.call('ZREM', opens, unpack(open)) end
for _, whose in ipairs(open) do
  if whose == '' then
    switch('z', false)
    wake_waiting()
  else
    gate(whose)
  end
end
switch('x', redis.call('HEXISTS', settings, 'rate') == 1 or redis.call('EXISTS', opens) == 1)
