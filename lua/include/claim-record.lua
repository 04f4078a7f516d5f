-- claim, step 1: the completions. `words` says what became of each when not all are ok.
if endingCount > 0 then
@include ending
  local token, tied, refused = '', false, false
  for i = 1, endingCount do
    local given = ARGV[rest + i]
    if given ~= '' then
      token = given
      tied = tied or string.find(given, ':[_@+#%%&]') ~= nil
    end
    held[i] = held[i] == token
    if not held[i] then refused = true end
  end
  local first = rest + endingCount
  local own, count, texts, from = ids, endingCount, ARGV, first + 1
  if refused then
    local letters = {}
    own, count, texts, from = {}, 0, {}, 1
    for i = 1, endingCount do
      local ending = ARGV[first + 2 * i]
      if held[i] then
        letters[i] = 'o'
        count = count + 1
        own[count] = ids[i]
        texts[2 * count - 1] = ids[i]
        texts[2 * count] = ending
      else
@include was-ended
        letters[i] = was_ended(ids[i], ending) and 'a' or 'l'
      end
    end
    words = table.concat(letters)
  end
  if count > 0 then
    if let_go(mine, own, count, tied, opened) < count then
      -- Some id was named twice in this call; it ends once.
      local once, listed = {}, {}
      for i = 1, count do
        if not listed[own[i]] then once[#once + 1] = own[i] end
        listed[own[i]] = true
      end
      own, count = once, #once
    end
    if switched ~= '' and string.find(switched, 'c', 1, true) then
@include claim-stopped
    end
    if count > 0 then ended('completed', own, count, texts, from, tied, opened) end
  end
end
