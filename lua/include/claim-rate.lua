-- claim: what the queue's rates make of the tasks that were taken, and whether they are closed now.
@keys starts
@include rates
@include close-rate
local count = (holding - 2) / 2
if count > 0 then started(starts, queue_rates, count) end
local opens_at = opening(starts, queue_rates, 1)
if opens_at > now then
  if not string.find(switched, 'z', 1, true) then
    -- Somebody must know when it opens; who got all it wanted may not come back before.
    if left <= 0 then
@include wake
      wake(string.match(served, '%S+'))
    end
    close_rate('', opens_at)
    switch('z', true)
  end
else
  switch('z', false)
end
