-- The parts of a record that scripts may change (see record.ts): when the task is due, and its payload.
local DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'
local function base36(number)
  local text = ''
  repeat
    local digit = number % 36
    text = string.sub(DIGITS, digit + 1, digit + 1) .. text
    number = (number - digit) / 36
  until number == 0
  return text
end
local function created_in(record)
  return tonumber(string.match(record, '^%S+ (%w+)'), 36)
end
local function due_in(record)
  local created, wait = string.match(record, '^%S+ (%w+) (%w+)')
  return tonumber(created, 36) + tonumber(wait, 36)
end
local function with_due(record, at)
  local head, others = string.match(record, '^(%S+ %w+ )%w+( .*)$')
  return head .. base36(math.max(0, at - created_in(record))) .. others
end
-- Where the payload begins.
local function payload_at(record)
  local length, from = string.match(record, ' (%d+)|()')
  return from + tonumber(length)
end
local function payload_in(record)
  return string.sub(record, payload_at(record))
end
local function with_payload(record, payload)
  return string.sub(record, 1, payload_at(record) - 1) .. payload
end
