-- A record of more bytes is big: claim looks at the sizes of what it takes where one was put in (see switch.lua).
local BIG = 16384
