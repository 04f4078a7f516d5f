#!lua
-- change-set: one change of a file set's record by compare-and-set, with what is kept beside it.
-- KEYS term sets proposed setProposals setSlices setUploads
-- ARGV token channel set expect record nonce answer number proposal keep words | what id
--   token '': no leader's. expect '': there must be no record. record '': remove it with all that is kept.
--   words: for those who listen: applied, held, and more about it; '' for nothing
--   what: slice (the proposal names it), drop (a slice), forget (a proposal)
-- REPLY ok | already answer | stale | missing | fenced number
if token ~= '' then
@include term
end
local answered = nonce ~= '' and redis.call('GET', proposed .. nonce)
if answered then return { 'already', answered } end
local stored = redis.call('HGET', sets, set) or ''
-- The same change sent again has nothing left to do.
if stored == record then return { 'ok' } end
if string.match(stored, '^%d*') ~= expect then return { 'stale' } end

local kept, brought = setSlices .. set, setUploads .. nonce
local fresh = {}
for at = rest + 1, #ARGV, 2 do
  local id = ARGV[at + 1]
  if ARGV[at] == 'slice' and redis.call('HEXISTS', kept, id) == 0 then
    if redis.call('HEXISTS', brought, id) == 0 then return { 'missing' } end
    fresh[#fresh + 1] = id
  end
end
for _, id in ipairs(fresh) do redis.call('HSET', kept, id, redis.call('HGET', brought, id)) end
if #fresh > 0 then redis.call('DEL', brought) end
if proposal ~= '' then redis.call('HSET', setProposals .. set, number, proposal) end
for at = rest + 1, #ARGV, 2 do
  if ARGV[at] == 'drop' then redis.call('HDEL', kept, ARGV[at + 1]) end
  if ARGV[at] == 'forget' then redis.call('HDEL', setProposals .. set, ARGV[at + 1]) end
end
if record == '' then
  redis.call('HDEL', sets, set)
  redis.call('DEL', kept, setProposals .. set)
else
  redis.call('HSET', sets, set, record)
end
if nonce ~= '' then redis.call('SET', proposed .. nonce, answer, 'PX', keep) end
if words ~= '' then
@include note-shared
  note('set ' .. set .. ' ' .. words)
end
@include tell
tell('sets ' .. set)
return { 'ok' }
