#!lua
-- intern: the lane codes of (priority letter .. handler) names, given out once each.
-- KEYS layout lanes
-- ARGV prefix | name
-- REPLY ok code...
@include opened
@include ring
local reply = { 'ok' }
for i = rest + 1, #ARGV do
  local name = ARGV[i]
  local code = redis.call('HGET', lanes, ':' .. name)
  if not code then
    code = string.format('%.0f', redis.call('HINCRBY', lanes, '#', 1))
    redis.call('HSET', lanes, ':' .. name, code, code, name)
    -- A worker that has this handler waits on its other lanes: wake it, so that it learns of this one.
    for _, letter in ipairs({ 'h', 'n', 'l' }) do
      local sibling = redis.call('HGET', lanes, ':' .. letter .. string.sub(name, 2))
      if sibling and sibling ~= code then ring(sibling) end
    end
  end
  reply[#reply + 1] = code
end
return reply
