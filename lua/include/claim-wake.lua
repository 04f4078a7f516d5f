-- claim, step 4: whoever leaves work behind sees to it that somebody else is woken; so does who made room.
local roomAgain = full and not string.find(switched, 'f', 1, true)
if roomAgain or handed and (left <= 0 or more > 0) then
@include wake
@include wake-waiting
  if roomAgain then
    wake_waiting()
  else
    for lane in string.gmatch(served, '%S+') do
      if call('EXISTS', ready .. lane) == 1 then wake(lane) end
    end
  end
end
