-- As `opened`, and still in the life its caller knows: lane codes learnt before data was lost may mean other lanes.
if redis.call('GET', layout) ~= life then return { 'unopened' } end
