#!lua flags=allow-oom
-- regate: after the rules of keys have changed, put those that may start more back in their turns, a slice of the keys.
-- KEYS keyed
-- ARGV after      (the last key of the slice before; '' at the beginning)
-- REPLY ok key | unopened      (the last one looked at; '' when that was all)
@include opened
@include clock
@include wake
@include gate
local SLICE = 500
local found = redis.call('ZRANGE', keyed, after == '' and '-' or '(' .. after, '+', 'BYLEX', 'LIMIT', 0, SLICE)
for _, key in ipairs(found) do gate(key) end
return { 'ok', #found == SLICE and found[SLICE] or '' }
