-- A record of more bytes is big: claim looks at the sizes of what it takes where one was put in (see switch.lua). Redis
-- looks at every byte of what enters Lua (a hash, about 1 ns each): big ones are read by the worker beside the script.
local BIG = 4096
