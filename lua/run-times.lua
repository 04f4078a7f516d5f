#!lua flags=no-writes
-- run-times: states of tasks, when the first attempt of each began, and when the last ended one began and ended.
-- KEYS tasks endings attempts history due late
-- ARGV | id
-- REPLY ok | state begun started finished
--   state '' for an unknown id; times in ms, '' where there is none
@include holders
@include late
@include parked-facts
local call = redis.call
local ENDED = { c = 'completed', d = 'dead', x = 'cancelled' }
local reply, open, lane_of, row_of = { 'ok' }, {}, {}, {}
-- Of an attempt as it is written (see record.ts).
local function times_in(text, from)
  return string.match(text, '^%[%d+,".-",(%d+),(%d+)', from)
end
for at = rest + 1, #ARGV do
  local id, n = ARGV[at], #reply
  local state, begun, started, finished = '', nil, nil, nil
  local ending = call('HGET', endings, id)
  local past = call('HGET', history, id)
  if past then
    begun = times_in(past, 1)
    started, finished = times_in(string.match(past, '[^\n]*$'), 1)
  end
  if ending then
    local from = string.match(ending, '^%a%d*()')
    local last_started, last_finished = times_in(ending, from)
    state, begun = ENDED[string.sub(ending, 1, 1)], begun or last_started
    if last_started then started, finished = last_started, last_finished end
  else
    local record = call('HGET', tasks, id)
    if record then
      open[#open + 1], lane_of[id], row_of[id] = id, string.match(record, '^%S+'), n
    end
  end
  reply[n + 1], reply[n + 2], reply[n + 3], reply[n + 4] = state, begun or '', started or '', finished or ''
end
local _, tokens = holders(open)
for _, id in ipairs(open) do
  local n, lane, token = row_of[id], lane_of[id], tokens[id]
  if token then
    reply[n + 1] = 'running'
    if reply[n + 2] == '' then reply[n + 2] = string.match(token, '^%d+:(%d+)') end
  elseif call('ZSCORE', due, lane .. ':' .. id) then
    reply[n + 1] = call('HEXISTS', attempts, id) == 1 and 'retrying' or 'scheduled'
  else
    local waits = call('ZSCORE', late, late_member(lane, id)) or waits_for(lane, id)
    reply[n + 1] = waits and 'scheduled' or 'ready'
  end
end
return reply
