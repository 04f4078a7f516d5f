-- What a task that is being created asks for besides its ties, in words with a blank between:
--   x<ms>: it is cancelled unless it has begun by then
--   i<key>:<body>: the answer to the call is remembered under the key, and given again to the same body
--   p, d<ms>, t<ms>, a: what its unique key means where that is taken (see unique-modes.lua)
-- Answers a text where it makes no task: the id of the one that has its key, `differs` where its answer was to another
-- body, `again <id> <created>` where it was answered before; `gone …` as unique-modes.lua says. Or nothing, and the id of the
-- task it follows, if any. `full`: nothing is made, and the text is '' then.
-- Whoever uses it includes `ready`, `runs-due` and what those need.
-- KEYS answers
-- ARGV channel queue
@include came-due
@include record
@include ties
@include tie
@include unique-modes
-- How long an answer is remembered, ms.
local REMEMBERED = 86400000
local function ask(id, tied, asked, record, due_at, full)
  local mode, by, key, body = '', nil, nil, nil
  for letter, value in string.gmatch(asked, '(%l)(%S*)') do
    if letter == 'x' then
      by = tonumber(value)
    elseif letter == 'i' then
      key, body = string.match(value, '^([^:]*):(.*)$')
      local known = redis.call('GET', answers .. key)
      if known then
        local same, first, created = string.match(known, '^(%S+) (%S+) (%S+)$')
        return same == body and 'again ' .. first .. ' ' .. created or 'differs'
      end
    else
      mode = letter .. value
    end
  end
  local owner, follows
  if tied ~= '' then owner, follows = tie_by(mode, id, tied, record, due_at, full) end
  if full and not owner then return '' end
  if owner == '' then return '' end
  if key then
    local answer = owner or id
    local of = string.match(answer, '^gone (%S+)') or answer
    redis.call('SET', answers .. key, body .. ' ' .. of .. ' ' .. created_in(record), 'PX', REMEMBERED)
  end
  if by and not owner then may_expire(id, by) end
  return owner, follows
end
