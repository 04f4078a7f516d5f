-- claim, step 4: whoever leaves work behind sees to it that somebody else is woken; so does who made room.
-- KEYS ready wakes
if full and not string.find(switched, 'f', 1, true) then
@include wake
@include wake-waiting
  wake_waiting()
elseif handed and (left <= 0 or more > 0) then
  for lane in string.gmatch(served, '%S+') do
    -- Mostly a token is there already.
    if call('LLEN', wakes .. lane) == 0 and call('EXISTS', ready .. lane) == 1 then
@include wake
      wake(lane)
    end
  end
end
for _, lane in ipairs(opened) do
  if call('EXISTS', ready .. lane) == 1 then
@include wake
    wake(lane)
  end
end
