-- claim: a member that has a tombstone is passed over. Tombstones are counted, because an id may be cancelled, pruned,
-- made anew and cancelled again while it stands here.
-- KEYS gone
if call('HEXISTS', gone, members[i]) == 1 then
  skipped = true
  if call('HINCRBY', gone, members[i], -1) == 0 then call('HDEL', gone, members[i]) end
  if call('EXISTS', gone) == 0 then
@include switch
    switch('t', false)
  end
end
