#!lua flags=no-writes
-- happened: what is to be told of tasks besides what was recorded: their lane, and how they ended or an attempt failed.
-- KEYS tasks endings history
-- ARGV most | id attempt      (most: bytes of an ending; attempt: of an attempt that failed, '' for the ending)
-- REPLY ok | lane record cut      (record: an ending or an attempt, '' where it is not there any more; cut: 1 without its result)
local call = redis.call
local reply = { 'ok' }
for at = rest + 1, #ARGV, 2 do
  local id, attempt = ARGV[at], ARGV[at + 1]
  local text, cut = '', 0
  if attempt == '' then
    text = call('HGET', endings, id) or ''
    if #text > tonumber(most) then
      text, cut = string.match(text, '^%a%[%d+,"[^"]*",%d+,%d+,"%a+"') .. ']', 1
    end
  else
    local past = '\n' .. (call('HGET', history, id) or '')
    local from = string.find(past, '\n[' .. attempt .. ',', 1, true)
    text = from and string.match(past, '^[^\n]*', from + 1) or ''
  end
  reply[#reply + 1] = string.match(call('HGET', tasks, id) or '', '^%S+') or ''
  reply[#reply + 1] = text
  reply[#reply + 1] = cut
end
return reply
