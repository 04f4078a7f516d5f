-- claim, step 2: the same claim again (its reply was lost) answers the same tasks, as far as they are still held.
-- KEYS tasks attempts failures
local holds = call('HGETALL', mine)
local mark = ':' .. nonce .. ':'
local count = 0
handed = true
for i = 1, #holds, 2 do
  if string.find(holds[i + 1], mark, 1, true) then
    local id = holds[i]
    local attempt, first = string.match(holds[i + 1], '^(%d+):(%d+)')
    claimedAt = first
    local since = string.match(call('HGET', attempts, id) or '', '@%d+')
    seen[#seen + 1] = count .. ':' .. attempt .. ':' .. (call('HGET', failures, id) or '0')
      .. (since and ':' .. string.sub(since, 2) or '')
    count = count + 1
    reply[2 * count] = id
    local record = call('HGET', tasks, id) or ''
    bytes = bytes + #record
    reply[2 * count + 1] = record
  end
end
