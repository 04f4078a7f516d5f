-- Whoever leaves something to do in a partition where nodes rest tells them, and ends their rest.
if switched ~= '' and string.find(switched, 'q', 1, true) then
@keys quiet told
@include switch
  local channel, queue = string.match(redis.call('GET', quiet) or '', '^(%S+) (%S+)$')
  redis.call('INCR', told)
  if channel then redis.call('PUBLISH', channel, 'due ' .. queue .. ' 0') end
  redis.call('DEL', quiet)
  switch('q', false)
end
