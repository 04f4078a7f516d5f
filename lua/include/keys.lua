-- Every key name, once; src/store/redis/keys.ts says what each holds, and a test holds the two together.
-- A call carries the prefix of its partition as its one key. A KEYS line, of a script or of an include, declares here
-- what it names, where it stands. A name that ends in a colon begins many keys.

-- Of a partition
local layout = prefix .. 'layout'
local term = prefix .. 'term'
local tasks = prefix .. 'tasks'
local lanes = prefix .. 'lanes'
local due = prefix .. 'due'
local workers = prefix .. 'workers'
local attempts = prefix .. 'attempts'
local failures = prefix .. 'failures'
local history = prefix .. 'history'
local endings = prefix .. 'endings'
local finished = prefix .. 'finished'
local dead = prefix .. 'dead'
local cancelled = prefix .. 'cancelled'
local gone = prefix .. 'gone'
local schedules = prefix .. 'schedules'
local revisions = prefix .. 'revisions'
local cursors = prefix .. 'cursors'
local runs = prefix .. 'runs'
local ready = prefix .. 'ready:'
local wakes = prefix .. 'wake:'
local ties = prefix .. 'ties'
local unique = prefix .. 'unique'
local settings = prefix .. 'settings'
local switches = prefix .. 'switches'
local inflight = prefix .. 'inflight:'
local ledgers = prefix .. 'ledger:'
local missed = prefix .. 'missed:'

-- Of the registry, besides `term`, `schedules` and `workers`
local queues = prefix .. 'queues'
local nodes = prefix .. 'nodes'
local sets = prefix .. 'sets'
local lock = prefix .. 'lock'
