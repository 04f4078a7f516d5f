#!lua flags=allow-oom
-- settle: end attempts of one worker other than by completion, each by compare-and-set on its token.
-- KEYS inflight workers due attempts failures history endings
-- ARGV worker onlyExpired channel queue | id token lane to due failure record
--   to: retry (at due) head (of its ready list, now) dead cancelled; failure: 1 counts, 0 does not
-- REPLY ok words | unopened      (one letter each: o ok, a already, l lost)
@include opened
@include clock
@include switch
@include wake
@include wake-waiting
@include ready
@include ending
@include signal-due
-- Bytes of history kept of a task, about.
local HISTORY = 65536
local mine = inflight .. worker
local words = {}
local holding = true
if onlyExpired == '1' then
  local lease = redis.call('ZSCORE', workers, worker)
  holding = not (lease and tonumber(lease) >= now)
end
local full = string.find(switched, 'f', 1, true)
local before = head_of_due()
for at = rest + 1, #ARGV, 7 do
  local id, token, lane, to = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local dueAt, failure, record = ARGV[at + 4], ARGV[at + 5], ARGV[at + 6]
  local over = to == 'dead' or to == 'cancelled'
  local word = 'l'
  if holding and redis.call('HGET', mine, id) == token then
    word = 'o'
    let_go(mine, { id }, 1)
    if onlyExpired == '1' then redis.call('HSET', mine, '@reaped', '1') end
    switch('r', true)
    redis.call('HSET', attempts, id, string.match(token, '^%d+'))
    if failure == '1' then redis.call('HINCRBY', failures, id, 1) end
    if over then
      ended(to, { id }, 1, { id, record }, 1, string.sub(lane, 1, 1) == '_')
    else
      local earlier = redis.call('HGET', history, id)
      if earlier and #earlier > HISTORY then
        -- A task that is snoozed for ever must not grow for ever: the oldest attempts go.
        local line = string.find(earlier, '\n', #earlier - HISTORY, true)
        earlier = line and string.sub(earlier, line + 1)
      end
      redis.call('HSET', history, id, earlier and (earlier .. '\n' .. record) or record)
      if to == 'retry' then
        redis.call('ZADD', due, dueAt, lane .. ':' .. id)
      else
        became_ready(lane, { lane .. ':' .. id }, true)
      end
    end
  elseif over then
    if redis.call('HGET', endings, id) == record then word = 'a' end
  else
    local written = redis.call('HGET', history, id)
    if written and string.find(written, record, 1, true) then word = 'a' end
  end
  words[#words + 1] = word
end
if full and not string.find(switched, 'f', 1, true) then wake_waiting() end
signal_due(before)
return { 'ok', table.concat(words) }
