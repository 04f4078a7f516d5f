/** Every key name, in one table (lua/include/keys.lua says the same to scripts). All keys of a partition share its hash tag, so one script touches one slot. */

/** The data-layout number. This release reads and writes it and refuses a newer one. */
export const LAYOUT = '3';

/** Keys of one queue's partition. */
export interface PartitionKeys {
  readonly prefix: string;
  /** string: its birth, `<data-layout number>:<when it was opened>`; absent = not opened */
  readonly layout: string;
  /** hash: number, token, node of the term in office; refusedOf, refused: the latest term of which writes were refused, how many */
  readonly term: string;
  /** list of `<number> <since, ms>`: the last hundred terms in office here, oldest first */
  readonly terms: string;
  /** hash id → record (see record.ts) */
  readonly tasks: string;
  /** hash id → record that stood there before, or nothing: within one transaction only (see lua/enqueue-plain.lua) */
  readonly undone: string;
  /** hash code → letter + handler, and `:` + letter + handler → code */
  readonly lanes: string;
  /** zset `<lane>:<id>` → due ms */
  readonly due: string;
  /** zset worker id → lease end, ms */
  readonly workers: string;
  /** hash worker id → length of its lease, ms */
  readonly leases: string;
  /** hash id → number of the last attempt that did not complete, behind it `!` where it was redriven since, `@` and ms where it counts when the first one began; absent = 0 */
  readonly attempts: string;
  /** hash id → failures; absent = 0 */
  readonly failures: string;
  /** hash id → attempts that did not end the task, a line each (see record.ts) */
  readonly history: string;
  /** hash id → how it ended: c | d | x and the last attempt */
  readonly endings: string;
  /** list of completed ids, oldest first */
  readonly finished: string;
  /** zset id → when it died, ms */
  readonly dead: string;
  /** zset id → when it was cancelled, ms */
  readonly cancelled: string;
  /** hash `<lane>:<id>` → how many cancelled entries of it still stand in the ready list */
  readonly gone: string;
  /** hash id → what it is tied by (see lua/include/ties.lua), until it is pruned */
  readonly ties: string;
  /** hash unique key → id of the live task under it */
  readonly unique: string;
  /** hash unique key → id of the task that follows that one, and where it is told when it comes due: channel, queue */
  readonly followers: string;
  /** string, expires: of a throttled unique key: when its latest task was made, ms, its id, and c, d or x once it has ended */
  throttle(key: string): string;
  /** string, expires: what a call with this idempotency key was answered: digest of its body, id of the task, created ms */
  answer(key: string): string;
  /** zset id → ms: a task that has not begun by then is cancelled; absent once it has begun */
  readonly expires: string;
  /** hash setting of the queue → its value */
  readonly settings: string;
  /** string: a letter for each thing that is unusual here (see lua/include/switch.lua) */
  readonly switches: string;
  /** string: the channel, a blank, and the queue, while nodes rest here */
  readonly quiet: string;
  /** string: grows with everything that nodes are told of this partition, so that none of it is missed for long */
  readonly told: string;
  /** hash id → revision, a colon, stored schedule (see schedule-record.ts) */
  readonly schedules: string;
  /** zset id → next unplanned nominal, ms */
  readonly cursors: string;
  /** hash id → occurrences planned and not withdrawn */
  readonly runs: string;
  /** zset id → number of the decision (see lua/place.lua) before which nothing is made here; expires */
  readonly fences: string;
  /**
   * list of `<lane>:<id>` waiting for a worker. Of a keyed lane: zset of the keys that may start a task of it, in the
   * order of their turns; and `<lane>:<key>`: zset id → stamp, those of one key that wait (see lua/include/gate.lua)
   */
  ready(lane: string): string;
  /** list of at most one token: somebody should claim from this lane; `!<worker id>`: this worker should beat */
  wake(lane: string): string;
  /** hash id → token of the delivery; `@0`, `@1` → birth and nonce of the worker's last claims, `@reaped` → its lease ran out */
  inflight(worker: string): string;
  /** zset `<id>:<lane>`, scored 0: runs of schedules that wait for the leader to judge them */
  readonly late: string;
  /** hash schedule → its ledger: `<version>:` and deflated JSON (see ledgers.ts); absent = never changed, never missed */
  readonly ledgers: string;
  /** zset schedule → ms before which nothing of its backlog fires: instants that passed and are not missed */
  readonly backlogs: string;
  /** set of schedules that have single exceptions */
  readonly singled: string;
  /** hash schedule → marker of a move to another queue that is not finished, JSON */
  readonly moves: string;
  /** hash schedule → `<revision> <ms> <JSON>`: an edit has put it to rest, and not every ready run is taken back yet */
  readonly withdrawals: string;
  /** zset schedule → when its pause ends, ms; only where it has an end */
  readonly resumes: string;
  /** set of schedules of which something is expected, or which pause themselves */
  readonly watched: string;
  /** hash nominal ms → word: exceptions that the ledger has not taken in yet */
  singles(schedule: string): string;
  /** zset, scored 0, of runs that wait for an earlier one of their schedule (see lua/include/parked.lua) */
  readonly parked: string;
  /** hash schedule → letter of its overlap policy, and behind it after what time its runs expire, ms; absent = skip, never */
  readonly policies: string;
  /** hash schedule → id of the run that completed last, a blank, and its ending: kept when the task is pruned */
  readonly successes: string;
  /** hash id → ms, and the reason as JSON: tasks that a worker was asked to stop */
  readonly stops: string;
  /** hash id → channels of those who wait for its end, with blanks between; expires */
  readonly awaited: string;
  /** hash id → what its latest attempt said of how far it is, JSON, until it is pruned */
  readonly progress: string;
  /** set of ids that have logs */
  readonly logged: string;
  /** stream `<attempt>-<line>` → a line of the task's log (see logs.ts), until it is pruned */
  logs(id: string): string;
  /** stream of what happens here, while somebody listens (see events.ts); expires */
  readonly events: string;
  /**
   * set of ids of runs that have come due and not ended, without those parked; a `+` before those of a waiting lane;
   * `>` and an entry of `elsewhere` where what is unfinished there holds them up; `>` alone in a queue it has left
   */
  unfinished(schedule: string): string;
  /**
   * set of `<schedule> <revision> <until, ms> <queue>`: it left that queue with this revision, and runs may be left
   * there; behind it the id it had there, where that was another one
   */
  readonly elsewhere: string;
  /** zset id → when it goes, ms: tasks with a retention of their own that have ended */
  readonly keeps: string;
  /** zset id → when it ended, ms: those of them that stand aside, because they stay longer than the rest */
  kept(state: string): string;
  /** set of ids of tasks with this concurrency key that workers hold */
  slots(key: string): string;
  /** set of lanes in which tasks with this key are ready */
  keyLanes(key: string): string;
  /** zset, scored 0, of the concurrency keys that have a ready or running task */
  readonly keyed: string;
  /** hash keyed lane → how many of its tasks are ready */
  readonly keyCounts: string;
  /** string: the last stamp: µs, growing whatever the clock does */
  readonly stamp: string;
  /** hash key → id of the task that holds it under `keyOrder: strict`: begun, and not ended */
  readonly heads: string;
  /** list of ms: the last starts that the queue's rates look at, oldest first; expires */
  readonly starts: string;
  /** the same of one key */
  keyStarts(key: string): string;
  /** zset key, or '' for the queue → ms when a rate that is closed opens */
  readonly opens: string;
  /** zset `<lane>:<id>` → due ms (0: at once): tasks that wait for parents */
  readonly children: string;
  /** zset, scored 0, of `<id> <parent>`: for whom each of them waits */
  readonly parents: string;
  /** set of ids that children wait for, and that have not ended */
  readonly asked: string;
  /** zset `<policy><queue> <lane>:<id>` → its number: children of a parent, or who a message is for (see asked-of.lua) */
  askers(of: string): string;
  /** zset message → time, us: what is to be told to other partitions (see await-parents.lua, asked-of.lua) */
  readonly outbox: string;
  /** set of ids of those in `due` that were attempted before: what waits for a retry is told apart by its size */
  readonly retrying: string;
  /** hash: what lua/include/totals.lua cannot count by what stands there; a field for each, four at most */
  readonly counters: string;
  /** list of `<ms> <ready> <enqueued> <started> <completed> <failed>`: totals as they were then (see lua/sample.lua); expires */
  readonly samples: string;
  /** zset schedule → when it was edited, us, growing whatever the clock does: the last thousand; expires */
  readonly edits: string;
  /** hash `<letter><lane>[ <schedule>]`, `p<word> <schedule>` → count: what ended here elsewhere than in a worker, and instants that did not run (see lua/include/tally.lua), until it is taken */
  readonly tallies: string;
  /** the same, handed out under the batch in its field `@`, until that is named as taken */
  readonly tallied: string;
}

export function partitionKeys(namespace: string, queue: string): PartitionKeys {
  const prefix = `{${namespace}:${queue}}:`;
  return {
    prefix,
    layout: `${prefix}layout`,
    term: `${prefix}term`,
    terms: `${prefix}terms`,
    tasks: `${prefix}tasks`,
    undone: `${prefix}undone`,
    lanes: `${prefix}lanes`,
    due: `${prefix}due`,
    workers: `${prefix}workers`,
    leases: `${prefix}leases`,
    attempts: `${prefix}attempts`,
    failures: `${prefix}failures`,
    history: `${prefix}history`,
    endings: `${prefix}endings`,
    finished: `${prefix}finished`,
    dead: `${prefix}dead`,
    cancelled: `${prefix}cancelled`,
    gone: `${prefix}gone`,
    ties: `${prefix}ties`,
    unique: `${prefix}unique`,
    followers: `${prefix}followers`,
    throttle: (key) => `${prefix}throttle:${key}`,
    answer: (key) => `${prefix}answer:${key}`,
    expires: `${prefix}expires`,
    settings: `${prefix}settings`,
    switches: `${prefix}switches`,
    quiet: `${prefix}quiet`,
    told: `${prefix}told`,
    schedules: `${prefix}schedules`,
    cursors: `${prefix}cursors`,
    runs: `${prefix}runs`,
    fences: `${prefix}fences`,
    ready: (lane) => `${prefix}ready:${lane}`,
    wake: (lane) => `${prefix}wake:${lane}`,
    inflight: (worker) => `${prefix}inflight:${worker}`,
    late: `${prefix}late`,
    ledgers: `${prefix}ledgers`,
    backlogs: `${prefix}backlogs`,
    singled: `${prefix}singled`,
    moves: `${prefix}moves`,
    withdrawals: `${prefix}withdrawals`,
    resumes: `${prefix}resumes`,
    watched: `${prefix}watched`,
    singles: (schedule) => `${prefix}singles:${schedule}`,
    parked: `${prefix}parked`,
    policies: `${prefix}policies`,
    successes: `${prefix}successes`,
    stops: `${prefix}stops`,
    awaited: `${prefix}awaited`,
    progress: `${prefix}progress`,
    logged: `${prefix}logged`,
    logs: (id) => `${prefix}logs:${id}`,
    events: `${prefix}events`,
    unfinished: (schedule) => `${prefix}unfinished:${schedule}`,
    elsewhere: `${prefix}elsewhere`,
    keeps: `${prefix}keeps`,
    kept: (state) => `${prefix}kept:${state}`,
    slots: (key) => `${prefix}slots:${key}`,
    keyLanes: (key) => `${prefix}key-lanes:${key}`,
    keyed: `${prefix}keyed`,
    keyCounts: `${prefix}key-counts`,
    stamp: `${prefix}stamp`,
    heads: `${prefix}heads`,
    starts: `${prefix}starts`,
    keyStarts: (key) => `${prefix}starts:${key}`,
    opens: `${prefix}opens`,
    children: `${prefix}children`,
    parents: `${prefix}parents`,
    asked: `${prefix}asked`,
    askers: (of) => `${prefix}askers:${of}`,
    outbox: `${prefix}outbox`,
    retrying: `${prefix}retrying`,
    counters: `${prefix}counters`,
    samples: `${prefix}samples`,
    edits: `${prefix}edits`,
    tallies: `${prefix}tallies`,
    tallied: `${prefix}tallied`,
  };
}
