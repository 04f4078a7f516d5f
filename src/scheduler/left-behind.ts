/**
 * Runs that schedules left behind in queues they moved from, or under ids they had (decisions 73, 112). They and those in the new queue begin by turns:
 * what was left behind goes first, and nobody but this leader lets it go on.
 */

import type { Elsewhere, Store, Term } from '../store/contract/index.js';

/** Between two looks while something may be left, ms. */
const LOOK_EVERY = 1_000;
/** Promoted there before a look: what is due and was not looked at is unfinished too. */
const BATCH = 1_000;

export interface LeftBehindOptions {
  store: Store;
  term: Term;
}

export class LeftBehind {
  readonly #options: LeftBehindOptions;
  /** Queues that are to be looked at. */
  #looks = new Set<string>();

  constructor(options: LeftBehindOptions) {
    this.#options = options;
  }

  /** A schedule may have moved here. */
  look(queue: string): void {
    this.#looks.add(queue);
  }

  /** Answers in how many ms to look again; Infinity where nothing is left behind. One at a time: they exclude each other. */
  async tick(): Promise<number> {
    const looks = this.#looks;
    this.#looks = new Set();
    try {
      for (const queue of looks) await this.#lookIn(queue);
    } catch (error) {
      for (const queue of looks) this.#looks.add(queue);
      throw error;
    }
    return this.#looks.size > 0 ? LOOK_EVERY : Number.POSITIVE_INFINITY;
  }

  async #lookIn(queue: string): Promise<void> {
    const entries = await this.#options.store.elsewhere(queue);
    const schedules = new Set(entries.map(({ schedule }) => schedule));
    for (const schedule of schedules) {
      const left = entries.filter((one) => one.schedule === schedule);
      if (!(await this.#follow(queue, schedule, left))) this.#looks.add(queue);
    }
  }

  /** Whether nothing is left of it anywhere. */
  async #follow(queue: string, schedule: string, entries: readonly Elsewhere[]): Promise<boolean> {
    const { store, term } = this.#options;
    const waiting: Elsewhere[] = [];
    let [over, atWork] = [true, false];
    for (const left of entries) {
      const found = await this.#found(left);
      if (found === 'nothing') {
        over = (await this.#isOver(queue, left)) && over;
        continue;
      }
      over = false;
      // First nobody begins here any more, then it is seen that nobody is at work here.
      if (found === 'deposed' || (await store.follow(queue, left, 'block', term)) === 'fenced') return false;
      if (found === 'atWork') atWork = true;
      else waiting.push(left);
    }
    const [first] = waiting;
    if (!first || atWork) return over;
    const [[here], row] = await Promise.all([store.unfinished(queue, [schedule]), store.schedule(schedule)]);
    const allows = row?.schedule.definition.overlap === 'allow';
    if (allows || here?.underWay.length === 0)
      await store.letGoOn(first.from, first.as ?? schedule, 'one', term);
    return over;
  }

  async #found({
    schedule,
    from,
    as = schedule,
  }: Elsewhere): Promise<'nothing' | 'waiting' | 'atWork' | 'deposed'> {
    const { store, term } = this.#options;
    await store.open(from);
    // Whoever led before may lead here still: what is decided here, it cannot undo.
    if ((await store.takeOffice(from, term)) === 'fenced') return 'deposed';
    await store.promote(from, BATCH);
    const [runs] = await store.unfinished(from, [as]);
    if (runs && runs.underWay.length > 0) return 'atWork';
    return runs && runs.waiting.length > 0 ? 'waiting' : 'nothing';
  }

  /** Nothing is unfinished there; unless more may come due, nobody looks there any more. */
  async #isOver(queue: string, left: Elsewhere): Promise<boolean> {
    const { store, term } = this.#options;
    const { schedule, from, until, as = schedule } = left;
    const { runs } = await store.late(from, BATCH);
    const more = until > store.clock(from).now() || runs.some((run) => run.schedule === as);
    const word = await store.follow(queue, left, more ? 'free' : 'over', term);
    if (more || word === 'fenced') return false;
    return (await store.letGoOn(from, as, 'all', term)) === 'ok';
  }
}
