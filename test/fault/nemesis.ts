/** Kills, stops and hands over at random until told to end; writes down what it did. */

import type { TestRedis } from '../support/redis.js';
import type { Dice } from './dice.js';
import type { Fleet, Member } from './fleet.js';
import { mono, pause } from './now.js';

const FAULTS = [
  'kill the leader',
  'kill a node',
  'hand over',
  'kill a worker',
  'stop the leader',
  'stop a worker',
  'restart Redis',
] as const;
type Fault = (typeof FAULTS)[number];

/** Between two faults, ms. */
const CALM = { least: 700, most: 3_500 };
const EXTRA = 60_000;
/** How long Redis is away, ms: from hardly to longer than a lease. */
const AWAY = { least: 100, most: 3_000 };
/** Nobody is back at Redis later than this after it is, ms: the longest pause between two tries to connect, and a bit. */
const BACK_WITHIN = 2_500;

export interface LeaderStop {
  ms: number;
  /** The term before, and the one found when it was over. */
  before: number;
  after: number;
}

export class Nemesis {
  readonly done: Record<Fault, number> = {
    'kill the leader': 0,
    'kill a node': 0,
    'hand over': 0,
    'kill a worker': 0,
    'stop the leader': 0,
    'stop a worker': 0,
    'restart Redis': 0,
  };
  readonly leaderStops: LeaderStop[] = [];
  readonly #fleet: Fleet;
  readonly #redis: TestRedis;
  #outage: Promise<void> | null = null;
  readonly #dice: Dice;
  readonly #leaderTtlMs: number;
  readonly #leaseMs: number;

  constructor(
    fleet: Fleet,
    redis: TestRedis,
    dice: Dice,
    { leaderTtlMs, leaseMs }: { leaderTtlMs: number; leaseMs: number },
  ) {
    this.#fleet = fleet;
    this.#redis = redis;
    this.#dice = dice;
    this.#leaderTtlMs = leaderTtlMs;
    this.#leaseMs = leaseMs;
  }

  /**
   * Deals all kinds of faults in a new order each time; they may overlap. It goes on for up to a minute more until
   * `enough` holds: some of what it is after happens only when a fault hits the right moment. Resolves when each is over.
   */
  async rage(ms: number, enough: () => boolean): Promise<void> {
    const end = mono() + ms;
    const atWork = new Set<Promise<void>>();
    let deck: Fault[] = [];
    while (mono() < end || (mono() < end + EXTRA && !enough())) {
      if (deck.length === 0) deck = this.#dice.shuffled(FAULTS);
      const fault = deck.pop() as Fault;
      const work = this.#commit(fault).finally(() => atWork.delete(work));
      atWork.add(work);
      await pause(this.#dice.between(CALM.least, CALM.most));
    }
    await Promise.all(atWork);
  }

  async #commit(fault: Fault): Promise<void> {
    if (fault === 'restart Redis') return this.outage();
    const victim = await this.#victim(fault);
    if (!victim) return;
    this.done[fault] += 1;
    if (fault === 'stop the leader') await this.#stopLeader(victim);
    else if (fault === 'stop a worker') await this.#fleet.hold(victim, this.#beyond(this.#leaseMs));
    else await this.#fleet.end(victim, fault === 'hand over' ? 'SIGTERM' : 'SIGKILL');
  }

  /** Redis is killed and comes back with its data; `meanwhile` begins while it is away. One outage at a time. */
  async outage(meanwhile: () => Promise<unknown> = async () => {}): Promise<void> {
    while (this.#outage) await this.#outage;
    this.done['restart Redis'] += 1;
    let edit: Promise<unknown> | undefined;
    this.#outage = this.#away(() => {
      edit = meanwhile();
    });
    await this.#outage;
    this.#outage = null;
    await edit;
  }

  async #away(gone: () => void): Promise<void> {
    const from = mono();
    this.#redis.kill('SIGKILL');
    await this.#redis.gone();
    gone();
    await pause(this.#dice.between(AWAY.least, AWAY.most));
    await this.#redis.restart();
    // No lease could be renewed meanwhile, as if every worker had been silent.
    this.#fleet.silence('worker', { from, to: mono() + BACK_WITHIN });
  }

  async #victim(fault: Fault): Promise<Member | undefined> {
    if (fault.endsWith('worker')) return this.#dice.one(this.#fleet.fit('worker'));
    const leader = fault === 'kill a node' ? null : await this.#fleet.leader();
    const nodes = this.#fleet.fit('node');
    return nodes.find(({ slot }) => slot === leader?.node) ?? this.#dice.one(nodes);
  }

  /** It wakes up believing that it leads: what it writes then must be refused. */
  async #stopLeader(victim: Member): Promise<void> {
    const before = await this.#fleet.leader();
    const { from, to } = await this.#fleet.hold(victim, this.#beyond(this.#leaderTtlMs));
    const after = await this.#fleet.leader();
    if (before?.node === victim.slot && after)
      this.leaderStops.push({ ms: to - from, before: before.term, after: after.term });
  }

  #beyond(ms: number): number {
    return this.#dice.between(Math.ceil(ms * 1.3), Math.ceil(ms * 2.5));
  }
}
