-- A schedule is made only by the latest decision of the registry about its place (see place.lua): a partition that it
-- left, or that was asked about it, refuses what was decided before. Refusals are kept for as long as a decision may
-- be carried out, so that nothing is left behind.
-- KEYS fences
redis.call('ZREMRANGEBYSCORE', fences, '-inf', now - 120000)
local function refuse_earlier(id, place)
  redis.call('ZADD', fences, 'GT', place, id)
  redis.call('PEXPIRE', fences, 120000)
end
local function is_refused(id, place)
  local refused = redis.call('ZSCORE', fences, id)
  return refused and tonumber(refused) > tonumber(place) or tonumber(place) < now - 60000
end
