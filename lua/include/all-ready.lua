-- Tasks of `lane` that `list` has are ready, in their order, however many there are (see ready.lua).
for from = 1, #list, AT_ONCE do
  local some = #list <= AT_ONCE and list or { unpack(list, from, math.min(#list, from + AT_ONCE - 1)) }
  became_ready(lane, some)
end
