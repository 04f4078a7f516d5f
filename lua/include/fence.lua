-- A schedule is made only by the latest decision of the registry about its place (see place.lua): a partition that it
-- left, or that was asked about it, refuses what was decided before. Refusals are kept for as long as a decision may
-- be carried out, so that nothing is left behind.
-- KEYS fences
-- ARGV id place record
if place ~= '' then
@include clock
  redis.call('ZREMRANGEBYSCORE', fences, '-inf', now - 120000)
  if record == '' then
    redis.call('ZADD', fences, 'GT', place, id)
    redis.call('PEXPIRE', fences, 120000)
  else
    local refused = redis.call('ZSCORE', fences, id)
    if refused and tonumber(refused) > tonumber(place) or tonumber(place) < now - 60000 then return { 'stale' } end
  end
end
