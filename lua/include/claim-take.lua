-- claim, step 3: takes what may run from the ready lists, in portions, until the worker has what it wants, the lists are
-- empty or the reply is full.
-- KEYS tasks ready
-- A token is `<attempt>:<claimed at>:<nonce>:<lane>`; the attempt is put in front below.
local claimed = ':' .. at .. ':' .. nonce .. ':'
-- A long value makes Redis keep this hash as a table from the start: as a packed list every look-up scans it.
local remembered = birth .. '                                                  ' .. nonce
local holds, holding = { window, remembered, nil, nil }, 2
-- A reply is about this large at most: a script takes some 5 ms for a MB, and everybody waits for it.
local BYTES = 1000000
-- So many are taken at once: records that are not big fit in memory.
local PORTION = 64
@include big
-- Big records are brought by this script as far as they fit in here, so that one alone needs no second question.
local BROUGHT = 16384
local expired_more = false
local expiring = switched ~= '' and string.find(switched, 'e', 1, true)
if expiring then
@keys expires
@include switch
@include wake
@include ready
@include late
@include expire
  -- What has expired is not handed out: where there is more of it than one call may end, nothing is.
  local MOST = 200
  expired_more = expire(MOST) == MOST
end
local free, retried, buried, big, some_keyed = math.huge, false, false, false, false
local note_it
if switched ~= '' then
@include limit
  free = room()
  retried = string.find(switched, 'r', 1, true)
  buried = string.find(switched, 't', 1, true)
  big = string.find(switched, 'b', 1, true)
  some_keyed = string.find(switched, 'k', 1, true)
  if string.find(switched, 'o', 1, true) then
@include switch
@include note
    note_it = note
  end
end
local may = left < free and left or free
if expired_more then may, more = 0, 1 end
-- Rates of the queue, where it has some.
local queue_rates = nil
if switched ~= '' and may > 0 and string.find(switched, 'x', 1, true) then
@include limit-rate
end

local again, looked = true, false
while again do
  again = false
  for lane in string.gmatch(served, '%S+') do
    local list = ready .. lane
    local from = #lane + 2
    local firstToken = '1' .. claimed .. lane
    local asked, popped = 0, 0
    local has_keys = some_keyed and string.byte(lane) < 39
    while may > 0 and bytes < BYTES and popped == asked do
      asked = may < PORTION and may or PORTION
      local members
      -- Of each one its bytes, where records may be big.
      local sizes = {}
      if has_keys then
@include claim-keyed
      else
        -- One alone is no list: that costs less.
        members = asked == 1 and { call('LPOP', list) or nil } or call('LPOP', list, asked)
      end
      if not members or #members == 0 then break end
      popped = #members
      local found = {}
      for i = 1, popped do found[i] = sub(members[i], from) end
      if big and not has_keys then
        -- No more is taken than the reply has room for; the rest goes back to the front, in its order.
        local size, fitting = bytes, 0
        repeat
          fitting = fitting + 1
          sizes[fitting] = call('HSTRLEN', tasks, found[fitting])
          size = size + sizes[fitting]
        until fitting == popped or size >= BYTES
        for i = popped, fitting + 1, -1 do
          call('LPUSH', list, members[i])
          members[i], found[i] = nil, nil
        end
        if fitting < popped then asked, popped = fitting, fitting end
      end
      local records
      if big then
        records = {}
        local size = bytes
        for i = 1, popped do
          size = size + sizes[i]
          records[i] = sizes[i] > BIG and size > BROUGHT and '' or call('HGET', tasks, found[i])
        end
      else
        records = popped == 1 and { call('HGET', tasks, found[1]) } or call('HMGET', tasks, unpack(found))
      end
      local tombstones, earlier, past
      if buried then
@keys gone
        tombstones = call('HMGET', gone, unpack(members))
      end
      if retried then
@keys attempts failures
        earlier = call('HMGET', attempts, unpack(found))
        past = call('HMGET', failures, unpack(found))
      end
      local before = holding
      for i = 1, popped do
        local id, record = found[i], records[i]
        local skipped = false
        if tombstones and tombstones[i] then
@include claim-skip
        end
        if record and not skipped then
          local token = firstToken
          if earlier and earlier[i] then
            local number, since = string.match(earlier[i], '^(%d+)@?(%d*)')
            local attempt = tonumber(number) + 1
            token = attempt .. claimed .. lane
            seen[#seen + 1] = (holding - 2) / 2 .. ':' .. attempt .. ':' .. (past[i] or '0')
              .. (since == '' and '' or ':' .. since)
          end
          if note_it then
            note_it('started ' .. id .. ' ' .. lane .. ' ' .. string.match(token, '^%d+') .. ' ' .. worker)
          end
          left = left - 1
          may = may - 1
          bytes = bytes + (sizes[i] or #record)
          if record == '' then left_out = left_out + sizes[i] end
          holds[holding + 1] = id
          holds[holding + 2] = token
          reply[holding] = id
          reply[holding + 1] = record
          holding = holding + 2
        end
      end
      if holding > before and switched ~= '' and string.find(switched, 'e', 1, true) then
@keys expires
        -- Those that have begun, whoever brought them here, and not what was passed over.
        local begun = {}
        for n = before + 1, holding, 2 do begun[#begun + 1] = holds[n] end
        call('ZREM', expires, unpack(begun))
      end
    end
  end

  -- What a satisfied claim need not know it looks at now and then: new lanes, and overdue tasks that nobody promoted.
  if not looked and (left > 0 and bytes < BYTES or turn % 16 < 2) then
    looked = true
@keys lanes
@include next-due
    laneCount = call('HLEN', lanes)
    nextDue = next_due()
    if nextDue and tonumber(nextDue) <= now then
@include wake
@include ready
@include late
@include promotion
      if holding > 2 then
        -- What is handed out already is held already, for those that come due and look for it.
        call('HSET', mine, unpack(holds, 1, holding))
        if renews then
@keys workers
          call('ZADD', workers, string.format('%.0f', now + math.abs(tonumber(lease))), worker)
        end
      end
      promotion(100)
      buried = string.find(switched, 't', 1, true)
      again = true
      nextDue = next_due()
    end
    nextDue = nextDue or '-'
  end
end

-- How many more may run: none left makes the queue full, until something ends.
if free < math.huge then
@include switch
  switch('f', free - (holding - 2) / 2 <= 0 and not string.find(switched, 'p', 1, true))
end
if bytes >= BYTES and may > 0 then more = 1 end
if queue_rates then
@include claim-rate
end

if holding > 2 then
  call('HSET', mine, unpack(holds))
  handed = true
elseif last then
  -- Remembered even so: a late copy of an older claim would hand out tasks whose reply nobody reads.
  call('HSET', mine, window, remembered)
end
