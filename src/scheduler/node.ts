/** A scheduler node: its presence, its duties for every queue, and its time in office when it is elected. */

import { DEFAULT_RETENTION } from '../domain/task/retention.js';
import type { Log } from '../runtime/log.js';
import { type Loop, startLoop } from '../runtime/loop.js';
import { wallNow } from '../runtime/wall.js';
import { within } from '../runtime/within.js';
import type {
  LeavingWhy,
  Presence,
  PresentFiles,
  Retention,
  Signal,
  Store,
  Term,
} from '../store/contract/index.js';
import { type Behind, Office } from './office.js';
import { QueueDuties } from './queue-duties.js';
import { ServedQueues } from './served-queues.js';

/** What a node asks of its campaign; the composition root brings one. */
export interface Candidacy {
  stop(): Promise<void>;
  resign(why: LeavingWhy): Promise<void>;
  wake(): void;
}

export type Lead = (term: Term, signal: AbortSignal) => Promise<void>;

export interface SchedulerNodeOptions {
  store: Store;
  log: Log;
  /** Who this node is; `startedAt` and `seenAt` are filled in by Redis time. */
  presence: Omit<Presence, 'startedAt' | 'seenAt'>;
  /** Starts the campaign; `lead` is called once per term and resolves when it has wound up. */
  campaign(lead: Lead): Candidacy;
  leaderTtlMs: number;
  /** The usual worker lease, ms. */
  leaseMs: number;
  /** How far ahead schedules are planned, ms; default max(10 s, 5 × leader TTL). */
  horizon?: number;
  /** Runs that all schedules together catch up in a minute, at most; default 6,000. */
  catchUpRate?: number | undefined;
  retention?: Readonly<Retention>;
  /** What is due is left to the leader for this long, ms. */
  lag?: number;
  /** What became of this node's schedule files; undefined while they are read or proposed. */
  files?(): PresentFiles | undefined;
  /** The schedules of a queue changed, or may have. */
  onSchedules?(queue: string): void;
  /** Something was told. */
  onSignal?(signal: Signal): void;
  onElected?(term: Term): void;
  onDeposed?(term: Term): void;
}

const ANNOUNCE_EVERY = 5_000;
const PRESENCE_TTL = 15_000;
/** How long a stop may take when Redis does not answer, ms: lock and presence end by themselves. */
const STOP_WITHIN = 2_500;
/** An announcement that takes longer than this to end (ms) says that a farewell would not arrive either. */
const PATIENCE = 1_000;

const NO_FILES: PresentFiles = { set: null, problems: 0 };

export class SchedulerNode {
  readonly #options: SchedulerNodeOptions;
  #office: Office | undefined;
  #inOffice = false;
  #startedAt = 0;
  #candidacy: Candidacy | undefined;
  #announcing: Loop | undefined;
  #queues: ServedQueues | undefined;
  /** What the last announcement was answered of signals. */
  #told: string | undefined;
  #unsubscribe = (): void => {};

  constructor(options: SchedulerNodeOptions) {
    this.#options = options;
  }

  /** The term this node leads in, or null. */
  get term(): Term | null {
    return this.#inOffice ? (this.#office?.term ?? null) : null;
  }

  /** What of its planning it is behind with while it is to lead; null: nothing. */
  get behind(): Behind | null {
    return this.#office?.behind ?? null;
  }

  /** Resolves when it takes part; throws what the store throws when it cannot be reached. */
  async start(): Promise<void> {
    const { store, log, campaign } = this.#options;
    try {
      this.#startedAt = await store.time();
      this.#unsubscribe = await store.subscribe((signal) => this.#heed(signal));
      this.#candidacy = campaign((term, signal) => this.#lead(term, signal));
      this.#announcing = startLoop('announce', () => this.#announce(), { log });
      this.#queues = this.#serveQueues();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Tells at once what `files` answers now. */
  announce(): void {
    this.#announcing?.wake();
  }

  /** Steps down for a standby to take over at once; no longer a candidate for one leader TTL. */
  async resign(why: LeavingWhy): Promise<void> {
    await this.#candidacy?.resign(why);
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    await within(STOP_WITHIN, this.#windUp());
  }

  /** Everything at once: neither the next leader nor the rest of the shutdown waits for what is slow. */
  async #windUp(): Promise<void> {
    const handedOver = this.#candidacy?.stop();
    await Promise.all([handedOver, this.#queues?.stop(), this.#depart()]);
  }

  /** Once nothing announces it any more. A presence that cannot be withdrawn ends by itself. */
  async #depart(): Promise<void> {
    const { store, presence } = this.#options;
    if (!this.#announcing || !(await within(PATIENCE, this.#announcing.stop()))) return;
    await store.depart('node', presence.id).catch(() => {});
  }

  #heed(signal: Signal): void {
    this.#options.onSignal?.(signal);
    if (signal.kind === 'due') {
      this.#queues?.of(signal.queue)?.signal(signal.due);
      this.#office?.stir(signal.queue);
    } else if (signal.kind === 'schedules') this.#schedulesChanged(signal.queue);
    else if (signal.kind === 'partition') this.#queues?.opened(signal.queue);
    else if (signal.kind === 'sets') this.#office?.wakeSets();
    else if (signal.kind === 'operations') this.#office?.wakeOperations();
    else if (signal.kind === 'streak') this.#office?.lookAtStreaks(signal.queue);
    else if (signal.kind === 'stepDown') this.#stepDown(signal);
    else if (signal.kind === 'reconnected') this.#lookEverywhere();
  }

  /** Who asked for another term's end is too late, or means another node. */
  #stepDown({ token, by, reason }: Extract<Signal, { kind: 'stepDown' }>): void {
    if (this.#office?.term.token !== token) return;
    const why = { end: 'steppedDown' as const, by, ...(reason === undefined ? {} : { reason }) };
    this.resign(why).catch((error: unknown) =>
      this.#options.log.warn({ event: 'lock.failed', error }, 'the lock could not be let go'),
    );
  }

  #schedulesChanged(queue: string): void {
    this.#office?.wake(queue);
    this.#options.onSchedules?.(queue);
  }

  /** Signals may have been lost. */
  #lookEverywhere(): void {
    this.#announcing?.wake();
    this.#office?.wakeShared();
    this.#queues?.lookEverywhere();
    this.#candidacy?.wake();
  }

  async #announce(): Promise<number> {
    const { store, presence } = this.#options;
    // Without schedule files there is nothing to wait for.
    const files = this.#options.files ? this.#options.files() : NO_FILES;
    const now = store.clock().now();
    const facts = {
      ...presence,
      ...(files ? { files } : {}),
      startedAt: this.#startedAt,
      seenAt: now,
      clockOffsetMs: wallNow() - now,
    };
    const { told, queues } = await store.announce('node', facts, PRESENCE_TTL);
    if (told !== this.#told) this.#office?.wakeShared();
    this.#told = told;
    this.#queues?.counted(queues);
    this.#queues?.lookWhereStepped();
    return ANNOUNCE_EVERY;
  }

  #serveQueues(): ServedQueues {
    const { store, log, leaseMs, lag = 100 } = this.#options;
    return new ServedQueues({
      store,
      log,
      takeUp: (queue) => {
        this.#options.onSchedules?.(queue);
        return new QueueDuties({
          ...{ queue, store, log, leaseMs },
          lag: () => (this.#inOffice ? 0 : lag),
          onLate: () => this.#office?.lookBack(queue),
          onRest: () => this.#office?.rests(queue),
        });
      },
      look: (queue) => {
        this.#schedulesChanged(queue);
        this.#office?.stir(queue);
      },
      served: async (queues) => this.#office?.enter(queues),
    });
  }

  async #lead(term: Term, signal: AbortSignal): Promise<void> {
    const { store, log, leaderTtlMs, retention = DEFAULT_RETENTION } = this.#options;
    const office = new Office({
      term,
      signal,
      store,
      log,
      horizon: this.#options.horizon ?? Math.max(10_000, 5 * leaderTtlMs),
      retention,
      catchUpRate: this.#options.catchUpRate,
      atRest: (queue) => this.#queues?.of(queue)?.quiet ?? false,
      onEntered: async () => this.#entered(term),
      onDeposed: () => {
        this.resign({ end: 'replaced' }).catch((error: unknown) =>
          log.warn({ event: 'lock.failed', error }, 'the lock could not be let go'),
        );
      },
    });
    this.#office = office;
    this.#queues?.wake();
    await aborted(signal);
    const entered = this.#inOffice;
    this.#inOffice = false;
    this.#office = undefined;
    await office.leave();
    if (entered) this.#options.onDeposed?.(term);
  }

  #entered(term: Term): void {
    if (this.#inOffice) return;
    this.#inOffice = true;
    for (const duties of this.#queues?.duties ?? []) duties.rearm();
    this.#options.onElected?.(term);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
