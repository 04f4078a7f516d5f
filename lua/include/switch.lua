-- The switches of a partition: one letter for each thing that is unusual here, so that a script whose way is the
-- usual one asks for nothing else.
--   p paused: nothing is handed out      l limited: `settings` says how many tasks may run
--   f full: as many run as may           r retried: `attempts` and `failures` hold something
--   t tombstones: `gone` holds something b big: some record is larger than BIG bytes (see big.lua)
--   c cancel: `stops` holds something  k keyed: some lanes here hold tasks with a concurrency key
--   w waited for: `awaited` may say who waits for tasks to end
--   d depth: `settings` says how many tasks may wait (see depth.lua)
--   x rates: `settings` has some, or `opens` holds something     z closed by a rate of the queue
--   a asked: children wait for some task here (see asked-of.lua)
--   m messages: `outbox` holds something that is to be told to other partitions (see outbox.lua)
--   o observed: what happens is recorded (see note.lua)
--   q quiet: nobody holds a lease and nothing waits to be judged: nodes rest here until something is told (`stir`), and
--     `quiet` says where they hear of it
--   e expires: `expires` says when some task here is cancelled unless it has begun
--   E: runs of some schedule here expire: `policies` says after what time
-- KEYS switches
local function switch(letter, on)
  local stands = string.find(switched, letter, 1, true) ~= nil
  if stands == on then return end
  switched = on and switched .. letter or string.gsub(switched, letter, '')
  if switched == '' then redis.call('DEL', switches) else redis.call('SET', switches, switched) end
end
