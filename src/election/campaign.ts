/** One node's campaign for office: wait for a vacancy, win the lock, take a term, renew, step down in time. */

import { CarillonError } from '../domain/input/errors.js';
import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { type Loop, startLoop } from '../runtime/loop.js';
import { random } from '../runtime/random.js';
import { seldom } from '../runtime/seldom.js';
import { sleep } from '../runtime/timers.js';
import { within } from '../runtime/within.js';
import type { LeaderStore, LeavingWhy, RecordedTerm, RegistryStore, Term } from '../store/contract/index.js';
import { LockMasters } from './connections.js';
import { LeaderLock, releasedChannel } from './lock.js';
import { type Behind, OfficeRecord } from './record.js';
import { Reign, type ReignOver } from './reign.js';
import { patienceOf } from './standstill.js';

export interface CampaignOptions {
  /** Independent lock masters: one, three or five. */
  lockUrls: readonly string[];
  lockKey: string;
  /** Id of this node. */
  node: string;
  ttlMs: number;
  store: Pick<LeaderStore, 'allocateTerm' | 'markPlanned' | 'leaveOffice'> &
    Pick<RegistryStore, 'office' | 'depose'>;
  /** The lock lives on the data Redis, so that a term can be allocated only while it is still held. */
  lockOnData: boolean;
  /** Leads until `signal` aborts; to return earlier is to resign. Runs once per term, never twice at a time. */
  onElected(term: Term, signal: AbortSignal): Promise<void>;
  /** What of its planning this node is behind with while it leads; null: nothing. */
  behind?(): Behind | null;
  /** The data of the namespace is gone, or older than what was there. */
  onLost?(): void;
  log: Log;
}

/** A released or ended lock is noticed by its signal or its end; this is for signals that got lost, ms. */
const LOOK = 2_000;
/** Share of the TTL after which the lock is renewed: there is time for a second try when the first hangs. */
const RENEW = 0.4;
/** A leader with a long TTL renews this often, so that it notices soon when it was deposed; and a rest after a failure, ms. */
const POLL = 1_000;
/** Spreads candidates who wake at the same moment, ms. */
const SPREAD = 10;
const LONGEST_VOTE = 500;
/** Masters that are not connected yet are no news for this long after the start, ms. */
const CONNECT_TIME = 500;
/** How long a stop may take when nobody answers (ms); the lock then ends by itself. */
const STOP_WITHIN = 1_500;
/** How long the end of a term waits until it is told, ms. */
const TELL_WITHIN = 200;

export class Campaign {
  readonly #options: CampaignOptions;
  readonly #masters: LockMasters;
  readonly #lock: LeaderLock;
  readonly #record: OfficeRecord;
  readonly #loop: Loop;
  readonly #mayLog = seldom(30_000);
  readonly #startedAt = mono();
  #reign: Reign | undefined;
  /** A leader whose planning stands still. */
  #stuck: { recorded: RecordedTerm; stoodMs: number } | undefined;
  #stopping: Promise<void> | undefined;
  /** Monotonic time before which it does not campaign, whatever signals come in. */
  #restUntil = 0;
  #ties = 0;

  constructor(options: CampaignOptions) {
    const { lockUrls, lockKey, ttlMs, log } = options;
    this.#options = options;
    this.#masters = new LockMasters({
      urls: lockUrls,
      channel: releasedChannel(lockKey),
      commandTimeout: Math.min(LONGEST_VOTE, Math.ceil(ttlMs / 4)),
      log,
      onReleased: () => this.wake(),
      onReady: () => this.wake(),
    });
    this.#lock = new LeaderLock(this.#masters, lockKey, ttlMs, log);
    this.#record = new OfficeRecord({
      store: options.store,
      ttlMs,
      own: () => this.#reign?.term,
      behind: () => options.behind?.() ?? null,
      onLost: () => options.onLost?.(),
      onReplaced: (by) => {
        // A later term is somebody's; a loss is nobody's, and whoever takes office next makes good what is gone.
        if (by === 'a later term') this.#rest(ttlMs);
        this.#reign?.depose({ end: by === 'a later term' ? 'replaced' : 'dataLost' });
      },
      onStandstill: (recorded, stoodMs) => {
        this.#stuck = { recorded, stoodMs };
        this.wake();
      },
      log,
    });
    this.#loop = startLoop('campaign', () => this.#tick(), { log, maxDelay: LOOK });
  }

  /** Looks for a vacancy now. */
  wake(): void {
    if (!this.#reign) this.#loop.wake();
  }

  /** Lock value a majority holds, null when free; throws `unavailable` when no majority of masters answers. */
  holder(): Promise<string | null> {
    return this.#lock.holder();
  }

  /** Steps down when in office and leaves the vacancy to the others for one TTL. */
  async resign(why: LeavingWhy): Promise<void> {
    if (!this.#reign) return;
    this.#rest(this.#options.ttlMs);
    this.#reign.depose(why);
    await this.#reign.over;
  }

  /** Steps down, lets go of the lock so that a standby takes over at once, and closes the connections. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#record.stop();
    await within(STOP_WITHIN, this.#handOver());
    this.#masters.close();
  }

  async #handOver(): Promise<void> {
    this.#reign?.depose({ end: 'stopped' });
    await this.#loop.stop();
    this.#reign?.depose({ end: 'stopped' });
    await this.#reign?.over;
  }

  #tick(): Promise<number> {
    return this.#reign ? this.#renew(this.#reign) : this.#contend();
  }

  async #contend(): Promise<number> {
    const rest = this.#restUntil - mono();
    if (rest > 0) return rest;
    const patience = this.#startedAt + CONNECT_TIME - mono();
    if (patience > 0 && !this.#masters.ready) return patience;
    const stuck = this.#stuck;
    this.#stuck = undefined;
    if (stuck) return this.#depose(stuck.recorded, stuck.stoodMs);
    const vacantIn = await this.#lock.vacantIn();
    if (vacantIn > 0) return Math.min(vacantIn + 1 + random() * SPREAD, LOOK);
    const asked = mono();
    const value = await this.#lock.acquire();
    if (value === null) return this.#lostVote();
    this.#ties = 0;
    return this.#takeTerm(value, asked);
  }

  /** The data says who of several standbys may, and that the leader has not gone on; then the lock is swapped. */
  async #depose(recorded: RecordedTerm, stoodMs: number): Promise<number> {
    const { store, ttlMs, log } = this.#options;
    const { number: term, node, lockValue, deposed } = recorded;
    if (!(await store.depose(recorded, patienceOf(ttlMs, deposed)))) return 0;
    const asked = mono();
    const value = await this.#lock.swap(lockValue);
    if (value === null) return this.#lostVote();
    log.warn(
      { event: 'leader.deposed', term, leader: node, stoodMs: Math.round(stoodMs) },
      'the leader renews its lock, but its planning stands still: deposed',
    );
    return this.#takeTerm(value, asked);
  }

  /** Candidates who tied must not meet again: each waits a random, growing while, and heeds no signal meanwhile. */
  #lostVote(): number {
    this.#ties += 1;
    return this.#rest(5 + random() * Math.min(20 * 2 ** Math.min(this.#ties, 10), POLL));
  }

  #rest(ms: number): number {
    this.#restUntil = mono() + ms;
    return ms;
  }

  /** `asked`: when the vote went out; the lock is good for one TTL from then, not from when it was won. */
  async #takeTerm(value: string, asked: number): Promise<number> {
    const deadline = asked + this.#trusted();
    const given = new AbortController();
    try {
      const term = await Promise.race([
        this.#allocate(value, deadline),
        sleep(deadline - mono(), given.signal),
      ]);
      if (term === undefined) throw new CarillonError('unavailable', 'no term was allocated in time');
      if (term && mono() < deadline && !this.#stopping) {
        this.#begin(value, deadline, term);
        return this.#renewIn(asked);
      }
      await this.#lock.release(value);
      return this.#lostVote();
    } catch (error) {
      this.#rest(POLL);
      await this.#lock.release(value);
      throw error;
    } finally {
      given.abort();
    }
  }

  /** Looks at what is recorded first: afterwards nobody could tell that something was lost before. */
  async #allocate(value: string, deadline: number): Promise<Term | null> {
    const { store, node, lockOnData, lockKey } = this.#options;
    await this.#record.look();
    if (mono() >= deadline) return null;
    return store.allocateTerm(node, value, lockOnData ? lockKey : undefined);
  }

  #begin(value: string, deadline: number, term: Term): void {
    const { onElected, log } = this.#options;
    this.#record.saw(term);
    const reign = new Reign({
      value,
      deadline,
      term,
      lead: onElected,
      release: (why) => this.#leave(term, value, why),
      log,
    });
    this.#reign = reign;
    reign.over
      .catch((error: unknown): ReignOver => {
        log.error({ event: 'leader.failed', term: term.number, error }, 'a term did not end in order');
        return 'left';
      })
      .then((end) => {
        this.#reign = undefined;
        if (end === 'left') this.#rest(POLL);
        this.#loop.wake();
      })
      .catch((error: unknown) =>
        log.error({ event: 'leader.failed', term: term.number, error }, 'the next candidacy failed'),
      );
  }

  /** A Redis that does not answer is not waited for: then its successor tells that this term is over. */
  async #leave(term: Term, value: string, why: LeavingWhy): Promise<void> {
    const told = this.#options.store.leaveOffice(term, why).catch(() => {});
    await Promise.all([this.#lock.release(value), within(TELL_WITHIN, told)]);
  }

  async #renew(reign: Reign): Promise<number> {
    if (reign.signal.aborted) return Number.POSITIVE_INFINITY;
    const asked = mono();
    if (await this.#lock.extend(reign.value)) {
      reign.extend(asked + this.#trusted());
      return this.#renewIn(asked);
    }
    const left = reign.deadline - mono();
    if (this.#mayLog())
      this.#options.log.warn(
        { event: 'lock.unrenewed', leftMs: Math.round(left) },
        'the leader lock was not renewed',
      );
    const holder = await this.#lock.holder().catch(() => undefined);
    if (typeof holder === 'string' && holder !== reign.value) reign.depose({ end: 'lockLost' });
    return Math.min(100, Math.max(10, left / 4));
  }

  #renewIn(asked: number): number {
    return asked + Math.min(this.#options.ttlMs * RENEW, POLL) - mono();
  }

  /** How long after asking a lock may be trusted: its TTL less what clocks may drift apart. */
  #trusted(): number {
    return this.#options.ttlMs * 0.99 - 2;
  }
}

/** Throws `configuration` when the masters could tie. */
export function startCampaign(options: CampaignOptions): Campaign {
  return new Campaign(options);
}
