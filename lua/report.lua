#!lua
-- report: keep what attempts tell of themselves while their worker holds them: how far they are, and lines of their logs.
-- KEYS inflight progress logged logs
-- ARGV worker most | id token progress from lines
--   progress: JSON, or '' for as it was; lines: with line breaks between, or ''; the first is number `from` of its
--   attempt. Of a task the last `most` lines are kept
-- REPLY ok | unopened
@include opened
local FIELDS = 5
local call = redis.call
for at = rest + 1, #ARGV, FIELDS do
  local id, token, told, lines = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 4]
  -- What is told of an attempt that is over, or was taken back, is of no use any more.
  if call('HGET', inflight .. worker, id) == token then
    if told ~= '' and call('HGET', progress, id) ~= told then
      call('HSET', progress, id, told)
      if string.find(switched, 'o', 1, true) then
@include switch
@include note
        note('progress ' .. id .. ' ' .. string.match(token, '[^:]*$') .. ' ' .. string.match(token, '^%d+') .. ' ' .. told)
      end
    end
    if lines ~= '' then
      local attempt, number = string.match(token, '^%d+'), tonumber(ARGV[at + 3])
      local last = call('XREVRANGE', logs .. id, '+', '-', 'COUNT', 1)[1]
      local of, kept = string.match(last and last[1] or '0-0', '^(%d+)-(%d+)$')
      call('SADD', logged, id)
      for line in string.gmatch(lines, '[^\n]+') do
        -- Sent twice, a line is there already.
        if tonumber(of) < tonumber(attempt) or tonumber(kept) < number then
          call('XADD', logs .. id, 'MAXLEN', most, attempt .. '-' .. number, 'l', line)
        end
        number = number + 1
      end
    end
  end
end
return { 'ok' }
