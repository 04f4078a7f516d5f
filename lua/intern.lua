#!lua
-- intern: the lane codes of (priority letter .. handler) names.
-- Where a lane is gated, of runs, or of runs that wait, its name and its code begin with `_`, `@` or `+`; with `#`, `%` or
-- `&` where its tasks have a concurrency key as well.
-- KEYS lanes
-- ARGV | name hash
-- REPLY ok code… | full | unopened
--   A code is the shortest free beginning, of three characters or more, of the name's hash: mostly the same again
--   after data was lost. Where it is not, the birth of the partition tells that codes must be learnt anew.
@include opened
@include switch
@include wake
local SHORTEST = 3
-- Two fields a lane: names that nobody serves must not fill the memory.
local MOST = 2 * 10000
local reply = { 'ok' }
for at = rest + 1, #ARGV, 2 do
  local name, hash = ARGV[at], ARGV[at + 1]
  local code = redis.call('HGET', lanes, ':' .. name)
  if not code then
    if redis.call('HLEN', lanes) >= MOST then return { 'full' } end
    local length = SHORTEST
    local gated, plain = string.match(name, '^([_@+#%%&]?).(.*)$')
    if string.find(gated, '[#%%&]') then switch('k', true) end
    code = gated .. string.sub(hash, 1, length)
    while redis.call('HEXISTS', lanes, code) == 1 do
      length = length + 1
      code = gated .. string.sub(hash, 1, length)
    end
    redis.call('HSET', lanes, ':' .. name, code, code, name)
    -- A worker that has this handler waits on its other lanes: wake it, so that it learns of this one.
    for _, kind in ipairs({ '', '_', '@', '+', '#', '%', '&' }) do
      for _, letter in ipairs({ 'h', 'n', 'l' }) do
        local sibling = redis.call('HGET', lanes, ':' .. kind .. letter .. plain)
        if sibling and sibling ~= code then wake(sibling) end
      end
    end
  end
  reply[#reply + 1] = code
end
return reply
