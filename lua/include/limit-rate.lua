-- claim: how many the rates of the queue let start now, up to `may`.
@keys starts settings
@include rates
queue_rates = rates_of(call('HGET', settings, 'rate'), 'a')
if #queue_rates > 0 then
  no_later(starts)
  local none, all = 0, may
  for _, rate in ipairs(queue_rates) do all = math.min(all, rate.count) end
  while none < all do
    local middle = math.ceil((none + all) / 2)
    if opening(starts, queue_rates, middle) <= now then none = middle else all = middle - 1 end
  end
  may = none
else
  queue_rates = nil
end
