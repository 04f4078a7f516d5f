/** What a line of the log is about, by a name that stays: one table, from which docs/logs.md is made. */

/**
 * `floods`: one fault may cause hundreds of such lines; the first is written, the others of the next half minute are counted.
 */
interface LogEventKind {
  means: string;
  floods?: true;
}

const it = (means: string): LogEventKind => ({ means });
const flooding = (means: string): LogEventKind => ({ means, floods: true });

/** Their levels are those of the lines: a fault that passes warns, one that wants somebody is an error. */
export const LOG_EVENTS = {
  'alert.raised': it('an alert was raised; the level is how grave it is'),
  'alert.cleared': it('it is over'),
  'alert.many': it('more alerts of one kind than are written one by one'),
  'api.listening': it('the API takes requests'),
  'audit.waiting': it('an entry of the audit was not taken by Redis; it is in this line, and tried again'),
  'audit.lost': it('an entry of the audit is in this line and nowhere else'),
  'data.lost': it('the data of the namespace is gone, or older than it was'),
  'events.broken': it('a stream of events to a listener broke off'),
  'files.invalid': it('the schedule files are not valid; what was applied last stays live'),
  'files.problem': it('one place in them that must be different'),
  'files.unwatched': it('they cannot be watched, and are looked at every few seconds'),
  'files.warning': it('one place in them that is legal and seldom meant'),
  'handlers.invalid': it('the changed handler module of `dev` cannot be used; the former one goes on'),
  'handlers.unwatched': it('the handler module of `dev` is not watched any more'),
  'heartbeat.failed': it('the heartbeat of the cluster was not heard'),
  'heartbeat.recovered': it('it is heard again'),
  'leader.deposed': it('this node deposed a leader whose planning stood still'),
  'leader.elected': it('this node leads'),
  'leader.failed': it('a term of this node did not go in order'),
  'leader.fenced': it('a later term is in office: what this node wrote as a leader was refused'),
  'leader.left': it('this node leads no longer, with the reason'),
  'lease.expired': it('a worker was not heard of; its tasks were taken back'),
  'lease.failed': flooding('keeping a lease failed'),
  'lease.lost': it('this worker lost a lease; what ran under it is told to stop'),
  'lease.unrenewed': flooding('a lease could not be renewed, and is tried again'),
  'lock.cut': it('the leader lock outlasted its length, and was cut'),
  'lock.failed': it('the leader lock could not be let go'),
  'lock.unreachable': flooding('a lock master did not answer'),
  'lock.unrenewed': flooding('the leader lock was not renewed'),
  'loop.failing': it('work that repeats has failed, and is tried again; `loop` says which'),
  'loop.recovered': it('it works again'),
  'metrics.listening': it('the metrics of a worker can be read'),
  'observer.failed': it('what counts or listens in this process threw'),
  'operation.ended': it('an operation is done, or was aborted'),
  'operation.failing': it('an operation could not be carried on, and is tried again'),
  'planning.recovered': it('planning goes on'),
  'planning.stuck': it('this leader cannot plan; when it lasts, a standby deposes it'),
  'process.failed': it('what all of it rests on has ended: the process ends, too'),
  'process.fault': it('something threw where nobody catches it: the process ends, its tasks go back'),
  'process.level': it('the level of this log was changed'),
  'process.reloading': it('SIGHUP: the schedule files are read again'),
  'process.stopping': it('a signal to stop'),
  'queue.configured': it('settings of queues from the configuration file are in force'),
  'queue.pruned': it('tasks past their retention were deleted'),
  'queue.unconfigured': it('settings of queues could not be written again'),
  'redis.reachable': it('Redis answers again'),
  'redis.unreachable': it('Redis does not answer, or refuses this process'),
  'request.failed': it('a request was answered 500, by a fault of ours'),
  'request.unanswered': it('requests are answered 503, because Redis does not take them'),
  'schedule.ahead': it('it was planned beyond now by a clock that was ahead'),
  'schedule.faulty': it('it cannot be planned, or cannot go on'),
  'schedule.moved': it('a move to another queue is finished'),
  'schedule.pausedItself': it('so many of its runs in a row are dead as `pauseAfter` says'),
  'schedule.renamed': it('it took over what it was called before'),
  'schedule.resumed': it('its pause is over'),
  'schedule.withdrawn': it('ready runs that an edit had left were taken back'),
  'service.failed': it('a part of the process did not stop cleanly'),
  'service.started': it('a part of the process has started'),
  'service.stopped': it('a part of the process has stopped'),
  'set.accepted': it('schedule files are in force'),
  'set.applied': it('they were carried out'),
  'set.conflict': it('a schedule in them belongs to somebody else, and is left aside'),
  'set.current': it('they were in force already'),
  'set.held': it('they are held, with the reason'),
  'set.removed': it('a file set was removed'),
  'set.renamed': it('the files name another set than before'),
  'stats.trimmed': it('statistics took more room than they may: the oldest were given up'),
  'stats.waiting': it('what was counted could not be sent, and is sent later'),
  'store.failed': flooding('a call to Redis failed, and is made again'),
  'task.dead': it('a task is dead, with what it died of'),
  'task.failed': it('an attempt failed, and when it runs again'),
  'task.log': it('a handler wrote with `ctx.log`'),
  'task.resultDropped': it('a result could not be kept'),
  'task.taken': it('endings were refused: the tasks had been taken back'),
  'worker.blocked': it('a handler blocked the process for longer than the lease'),
  'worker.draining': it('a worker that stops waits for what it runs'),
  'worker.failed': it('a worker did not stop in order'),
  'worker.noThread': it('no thread keeps the leases while a handler blocks'),
  'worker.ordered': it('a worker does what people asked of it'),
  'worker.refusesAll': it('the built-in handlers may do nothing here'),
  'worker.schemas': it('what handlers take could not be told, and is told later'),
  'worker.started': it('a worker takes tasks'),
} as const satisfies Record<string, LogEventKind>;

export type LogEvent = keyof typeof LOG_EVENTS;

/** Whether such lines are counted rather than repeated. */
export function floods(event: unknown): boolean {
  return typeof event === 'string' && FLOODING.has(event);
}

const FLOODING: ReadonlySet<string> = new Set(
  Object.entries<LogEventKind>(LOG_EVENTS).flatMap(([name, kind]) => (kind.floods ? [name] : [])),
);
