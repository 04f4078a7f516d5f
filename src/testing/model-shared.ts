/** What the model's partitions share: the clock, the registry, file sets, alerts and operations. */

import { Observers } from '../runtime/observed.js';
import { silentLog } from '../runtime/silent-log.js';
import type * as contract from '../store/contract/index.js';
import { ModelAlerts } from './model-alerts.js';
import { ModelAudit } from './model-audit.js';
import { ModelClock } from './model-clock.js';
import { ModelEvents } from './model-events.js';
import { ModelOperations } from './model-operations.js';
import { ModelOverviews } from './model-overviews.js';
import type { Partition } from './model-partition.js';
import { glance } from './model-reads.js';
import { ModelRegistry } from './model-registry.js';
import { ModelRollups } from './model-rollups.js';
import { ModelSets } from './model-sets.js';

export class ModelShared {
  protected readonly registry = new ModelRegistry(() => this.now);
  readonly #sets = new ModelSets(() => this.registry.office());
  readonly #alerts = new ModelAlerts(this.registry, (to, alert) =>
    this.happened.tell({ what: 'alert', to, alert }),
  );
  readonly #audit = new ModelAudit(() => this.now);
  readonly #operations = new ModelOperations(
    () => this.registry.office(),
    () => this.registry.signal({ kind: 'operations' }),
  );

  /** ms; moves only when told. */
  now: number;

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.now = now;
  }

  /** Stands in for redlock's key; null frees the lock. */
  setLock = (key: string, value: string | null): void => this.registry.setLock(key, value);

  readonly observed = new Observers(silentLog);

  protected readonly counted = new ModelRollups(() => this.now);
  rollUp = this.counted.rollUp;
  rollups = this.counted.rollups;
  onTallies = this.counted.onTallies;

  // Events
  protected queueNames = (): string[] => [];
  protected readonly happened = new ModelEvents(
    () => this.now,
    () => this.queueNames(),
  );
  observe = this.happened.observe;
  events = this.happened.events;
  awaitEvents = this.happened.awaitEvents;

  // Overviews
  protected partitions = (): ReadonlyMap<string, Partition> => new Map();
  readonly #overviews = new ModelOverviews(() => this.partitions());
  tally = this.#overviews.tally;
  holding = this.#overviews.holding;
  handlersOf = this.#overviews.handlersOf;
  coming = this.#overviews.coming;
  dueCounts = this.#overviews.dueCounts;
  runTimes = this.#overviews.runTimes;
  edited = this.#overviews.edited;
  glance = async (queues: readonly string[]) =>
    queues.map((queue) => glance(this.partitions().get(queue), this.registry.told(queue)));
  protected wasEdited = this.#overviews.wasEdited;

  // The leader's office

  async allocateTerm(node: string, lockValue: string, lockKey?: string) {
    const before = this.registry.office();
    const term = this.registry.allocateTerm(node, lockValue, lockKey);
    if (!term) return null;
    if (before) this.#tellLeft(before);
    this.happened.tell({ what: 'leader', to: 'elected', node });
    return term;
  }

  #left = '';
  async leaveOffice(term: contract.Term, why: contract.LeavingWhy) {
    this.registry.leave(term, why);
    this.#tellLeft(term);
  }

  #tellLeft({ token, node }: contract.Term): void {
    if (token !== this.#left) this.happened.tell({ what: 'leader', to: 'left', node });
    this.#left = token;
  }

  reigns = async () => this.registry.reigns();
  refused = async (queues: readonly string[]): Promise<null[]> => [...queues, ''].map(() => null);
  askStepDown = async (asked: contract.StepDown) => this.registry.signal({ kind: 'stepDown', ...asked });

  // The registry

  server = async () => ({ version: 'model', time: this.now, usedMemory: 0, connectedClients: 1 });

  readonly #clock = new ModelClock(() => this.now);
  clock = () => this.#clock;
  time = async () => this.now;

  told = async (queues: readonly string[]) => queues.map((queue) => this.registry.told(queue));
  async announce(
    kind: 'node' | 'worker',
    presence: contract.Presence,
    ttlMs: number,
    formers?: readonly string[],
  ) {
    const orders = this.registry.announce(kind, presence, ttlMs, formers);
    if (kind === 'worker') return { orders, told: '', queues: 0 };
    return { orders, told: this.registry.told(''), queues: this.queueNames().length };
  }
  orders = async (workers: readonly string[]) => this.registry.orders(workers);
  order = async (worker: string, change: contract.OrderChange) => this.registry.order(worker, change);
  depart = async (kind: 'node' | 'worker', id: string) => this.registry.depart(kind, id);
  remember = async (key: string, value: string, ttlMs: number) => this.registry.remember(key, value, ttlMs);
  lastSeen = async (kind: 'node' | 'worker', ids: readonly string[]) => this.registry.lastSeen(kind, ids);
  keepSchemas = async (digest: string, text: string, ttlMs: number) =>
    this.registry.keepSchemas(digest, text, ttlMs);
  schemas = async (digests: readonly string[]) => this.registry.schemas(digests);
  present = async (kind: 'node' | 'worker') => this.registry.present(kind);
  served = async (queue: string) => this.registry.served(queue);
  office = async () => this.registry.office();

  async subscribe(listener: (signal: contract.Signal) => void) {
    const unsubscribe = this.registry.subscribe(listener);
    return async () => unsubscribe();
  }

  // File sets
  setRecords = async () => this.#sets.all();
  setRecord = async (name: string) => this.#sets.one(name);
  proposals = async (set: string) => this.#sets.proposals(set);

  async changeSet(change: contract.SetChange, term?: contract.Term) {
    const { set, told } = change;
    const before = this.#sets.one(set)?.version;
    const answer = this.#sets.change(change, term);
    // The same change sent again has nothing left to do.
    if (answer !== 'ok' || before === change.record?.version) return answer;
    this.registry.signal({ kind: 'sets', set });
    if (told) this.happened.tell({ what: 'set', set, ...told });
    return answer;
  }

  readonly #toldSets = new Set<string>();
  async tellSet(set: string, told: contract.SetTold, nonce: string) {
    if (!this.#toldSets.has(nonce)) this.happened.tell({ what: 'set', set, ...told });
    this.#toldSets.add(nonce);
  }

  bringSlices = async (nonce: string, slices: ReadonlyMap<string, Uint8Array>) =>
    this.#sets.bring(nonce, slices);
  slices = async (set: string, ids: readonly string[]) => this.#sets.slices(set, ids);
  alerts = this.#alerts.alerts;
  watchAlerts = this.#alerts.watchAlerts;
  changeAlerts = this.#alerts.changeAlerts;
  audit = this.#audit.audit;
  audited = this.#audit.audited;

  operations = this.#operations.operations;
  operation = this.#operations.operation;
  changeOperation = this.#operations.changeOperation;
}
