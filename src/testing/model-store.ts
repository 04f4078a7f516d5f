/** The Store contract in memory, on a clock that only moves when told: the contract's executable specification. */

import { CarillonError } from '../domain/input/errors.js';
import type { TaskState } from '../domain/task/task.js';
import { partitionCode } from '../runtime/short-hash.js';
import type * as contract from '../store/contract/index.js';
import { redrive, reschedule } from './model-again.js';
import { ModelAwaited } from './model-awaited.js';
import { ModelFlows } from './model-flows.js';
import { sample } from './model-pace.js';
import { newPartition, nextDue, type Partition } from './model-partition.js';
import { hasReady } from './model-queue.js';
import { keyFacts } from './model-rates.js';
import { factsOf, listTasks, queueFacts, runsOf, stateOf } from './model-reads.js';
import type { ModelRegistry } from './model-registry.js';
import { logs, report } from './model-reports.js';
import * as road from './model-road.js';
import * as schedules from './model-schedules.js';
import { configurations, setQueue } from './model-settings.js';
import { ModelShared } from './model-shared.js';
import { takeTallies } from './model-tallies.js';
import { toldByEdit, toldByLedger } from './model-told.js';
import { trigger } from './model-triggers.js';
import { ModelWaits } from './model-waits.js';

export class ModelStore extends ModelShared implements contract.Store {
  readonly #partitions = new Map<string, Partition>();
  readonly #waits = new ModelWaits(
    () => this.#now,
    (queue, handlers) => this.#hasReady(queue, handlers),
  );
  readonly #awaited = new ModelAwaited((id) => this.#task(id)?.task);
  onceEnded = this.#awaited.onceEnded;
  readonly #flows = new ModelFlows(this.#partitions, (queue, verb) =>
    this.#change(queue, (partition) => verb(partition, this.#now)),
  );

  protected override queueNames = () => [...this.#partitions.keys()];
  protected override partitions = () => this.#partitions;

  get #now(): number {
    return this.now;
  }

  get #registry(): ModelRegistry {
    return this.registry;
  }

  set(now: number): void {
    this.now = now;
    this.#waits.look();
  }

  advance = (ms: number): void => this.set(this.#now + ms);

  // The road

  open = async (queue: string) => this.#partition(queue).code;

  async enqueue(queue: string, drafts: readonly contract.TaskDraft[]) {
    return this.#change(queue, (partition) => road.enqueue(partition, this.#now, drafts));
  }

  async promote(queue: string, limit: number) {
    return this.#change(queue, (partition) => road.promote(partition, this.#now, limit));
  }

  async claim(queue: string, request: contract.ClaimRequest) {
    return this.#change(queue, (partition) => road.claim(partition, this.#now, request));
  }

  async settle(queue: string, worker: string, all: readonly contract.Settlement[], onlyExpired = false) {
    return this.#change(queue, (partition) => road.settle(partition, this.#now, worker, all, onlyExpired));
  }

  async beat(queue: string, worker: string, leaseMs: number) {
    return road.beat(this.#partition(queue), this.#now, worker, leaseMs);
  }

  reap = async (queue: string, limit: number) => road.reap(this.#partition(queue), this.#now, limit);
  report = async (queue: string, worker: string, reports: readonly contract.Report[]) =>
    this.#change(queue, (partition) => report(partition, worker, reports));
  async leave(queue: string, worker: string) {
    road.leave(this.#partition(queue), worker);
  }

  async cancel(queue: string, id: string, reason?: string) {
    return this.#change(queue, (partition) => road.cancel(partition, this.#now, id, reason));
  }

  redrive = async (queue: string, all: readonly contract.RedriveRequest[]) =>
    this.#change(queue, (partition) => all.map((one) => redrive(partition, this.#now, one)));
  reschedule = async (queue: string, all: readonly contract.RescheduleRequest[]) =>
    this.#change(queue, (partition) => all.map((one) => reschedule(partition, this.#now, one)));
  stopWaiter(): contract.StopWaiter {
    const take = (queue: string, worker: string) => this.#partition(queue).stopTokens.delete(worker);
    return this.#waits.stopWaiter((all) => all.find(({ queue, worker }) => take(queue, worker))?.queue);
  }

  waiter = (): contract.Waiter => this.#waits.waiter();

  // Queues

  setQueue = async (queue: string, change: contract.QueueChange) => {
    const answer = this.#change(queue, (partition) => setQueue(partition, change));
    if (answer.length === 0) this.happened.tell({ what: 'queue', queue });
    return answer;
  };
  keyFacts = async (queue: string, after: string, limit: number) =>
    keyFacts(this.#partition(queue), after, limit);
  readonly #configurations = configurations();
  configured = this.#configurations.configured;
  writeConfigured = this.#configurations.writeConfigured;

  // The leader

  markPlanned = async (term: contract.Term, settled: boolean) => this.#registry.markPlanned(term, settled);
  depose = async (seen: contract.RecordedTerm, ms: number) => this.#registry.depose(seen, ms);

  takeOffice = async (queue: string, term: contract.Term) =>
    schedules.takeOffice(this.#opened(queue), term, this.#now);
  async plan(queue: string, term: contract.Term, entries: readonly contract.PlanEntry[]) {
    const plan = (partition: Partition) => schedules.plan(partition, term, entries);
    const words = this.#change(this.#opened(queue).queue, plan);
    for (const [i, { schedule, ledger }] of words === 'fenced' ? [] : entries.entries()) {
      if (words[i] === 'planned') this.happened.tell(...toldByLedger(this.#opened(queue), schedule, ledger));
    }
    return words;
  }

  prune = async (queue: string, retention: contract.Retention, how?: contract.PruneHow) =>
    road.prune(this.#opened(queue), this.#now, retention, how);

  // Schedules

  async edit(queue: string, edit: contract.ScheduleEdit, term?: contract.Term) {
    const partition = this.#partition(queue);
    const elsewhere = [...this.#partitions.values()].some(
      (one) => one !== partition && one.schedules.has(edit.id),
    );
    if (edit.schedule && !edit.expect && elsewhere) return 'stale';
    const stood = partition.schedules.get(edit.id);
    const word = this.#change(queue, () => schedules.writeEdit(partition, edit, this.#now, term));
    if (word !== 'ok') return word;
    this.wasEdited(queue, edit.id);
    this.#registry.signal({ kind: 'schedules', queue });
    if (stood !== partition.schedules.get(edit.id)) this.happened.tell(...toldByEdit(partition, edit));
    return word;
  }

  edits = (queue: string, edits: readonly contract.ScheduleEdit[], term?: contract.Term) =>
    Promise.all(edits.map((edit) => this.edit(queue, edit, term)));

  schedulesOf = (ids: readonly string[]) => Promise.all(ids.map((id) => this.schedule(id)));

  async schedule(id: string) {
    for (const { queue, schedules: rows } of this.#partitions.values()) {
      const row = rows.get(id);
      if (row) return { ...structuredClone(row), queue };
    }
    for (const { queue, moves } of this.#partitions.values()) {
      const text = moves.get(id);
      if (text !== undefined) return { ...schedules.movingRow({ id, queue, text }), queue };
    }
    return null;
  }

  async schedules() {
    return structuredClone([...this.#partitions.values()].flatMap((one) => [...one.schedules.values()]));
  }

  schedulesFrom = async (after: string, limit: number) =>
    schedules.behind(await this.schedules(), after, limit);

  readonly #verbs = schedules.verbs((queue) => this.#partition(queue));
  plannable = this.#verbs.plannable;
  ahead = this.#verbs.ahead;
  undecided = this.#verbs.undecided;
  singled = this.#verbs.singled;
  watched = this.#verbs.watched;
  late = this.#verbs.late;
  openMoves = this.#verbs.openMoves;
  carry = this.#verbs.carry;
  elsewhere = this.#verbs.elsewhere;
  follow = this.#verbs.follow;
  letGoOn = this.#verbs.letGoOn;
  scheduleFacts(queue: string, ids: readonly string[]) {
    return this.#verbs.scheduleFacts(queue, ids);
  }
  terms = this.#verbs.terms;
  unfinished = this.#verbs.unfinished;
  endMove = this.#verbs.endMove;
  withdrawReady = this.#verbs.withdrawReady;
  openWithdrawals = this.#verbs.openWithdrawals;
  resuming = this.#verbs.resuming;
  trigger = async (queue: string, run: contract.TriggeredRun) =>
    this.#change(queue, (one) => trigger(one, this.#now, run));

  async queues() {
    return [...this.#partitions.keys()].sort();
  }

  endsOf = this.#flows.endsOf;
  relay = this.#flows.relay;
  parentQueues = this.#flows.parentQueues;
  onOwing = this.#flows.onOwing;

  // The read side

  async find(id: string) {
    const found = this.#task(id);
    return found && factsOf(found.partition, found.task, this.#routable(found.partition.queue));
  }

  #task(id: string) {
    for (const partition of this.#partitions.values()) {
      const task = partition.tasks.get(id);
      if (task) return { partition, task };
    }
    return null;
  }

  async list(
    queue: string,
    asked: TaskState | readonly TaskState[],
    limit: number,
    cursor?: string,
    range: contract.ListRange = {},
  ) {
    return listTasks(this.#partition(queue), [asked].flat(), limit, cursor, range, this.#routable(queue));
  }

  logs = async (queue: string, id: string, limit: number, after?: contract.LogPlace) =>
    logs(this.#partition(queue).tasks.get(id), limit, after);
  queueSettings = async (queue: string) => ({ ...this.#partition(queue).settings });
  takeTallies = async (queue: string, taken: string | null) => takeTallies(this.#partition(queue), taken);
  sample = async (queue: string, apart: number) => sample(this.#opened(queue), this.#now, apart);
  queueFacts = async (queue: string) => queueFacts(this.#partition(queue), this.#routable(queue));
  queuesFacts = (queues: readonly string[]) => Promise.all(queues.map(this.queueFacts));

  runStates = async (runs: readonly contract.RunName[]) => {
    const tasks = runs.map(({ schedule, nominal }) => this.#task(`${schedule}@${nominal}`)?.task);
    return tasks.map((task) => (task ? stateOf(task) : null));
  };

  runs = (schedule: string, nominals: readonly number[]) => runsOf((id) => this.find(id), schedule, nominals);

  async check() {}
  close = async () => this.#waits.closeAll();

  /** The road opens what it needs. */
  #partition(queue: string): Partition {
    const known = this.#partitions.get(queue);
    if (known) {
      known.now = this.#now;
      return known;
    }
    const partition = newPartition(queue, partitionCode(queue));
    partition.now = this.#now;
    this.#partitions.set(queue, partition);
    this.#registry.signal({ kind: 'partition', queue });
    return partition;
  }

  /** A leader opens nothing: a deposed one could take office in an empty partition. */
  #opened(queue: string): Partition {
    const known = this.#partitions.get(queue);
    if (known) return known;
    throw new CarillonError('unavailable', `the partition of queue ${queue} is not open`);
  }

  /** Runs one verb, then tells promoters of an earlier due time and waiters of ready work. */
  #change<T>(queue: string, verb: (partition: Partition) => T): T {
    const partition = this.#partition(queue);
    const before = nextDue(partition);
    const { finished } = partition;
    const happened = this.happened.watch(partition);
    const answer = verb(partition);
    happened();
    const due = nextDue(partition);
    if (partition.quiet && (partition.leases.size > 0 || partition.finished > finished)) {
      partition.quiet = false;
      this.#registry.signal({ kind: 'due', queue, due: 0 });
    }
    if (due !== null && (before === null || due < before)) this.#registry.signal({ kind: 'due', queue, due });
    this.#waits.look();
    this.#awaited.look();
    this.#flows.looked(partition);
    if (partition.tallies.open.size > 0) this.counted.tallied(queue);
    return answer;
  }

  #hasReady(queue: string, handlers: readonly string[]): boolean {
    const known = this.#partitions.get(queue);
    if (known) known.now = this.#now;
    return known !== undefined && hasReady(known, handlers);
  }

  readonly #routable = (queue: string) => (handler: string) => this.#registry.hasHandler(queue, handler);
}
