/** A schedule's life on a model store: an API to edit and ask, a leader that plans, a worker that takes what is due. */

import { readDefinition } from '../../../src/domain/schedule/definition.js';
import { calendar, type ExcludedItem } from '../../../src/domain/schedule/exclusions.js';
import { except, type Word } from '../../../src/domain/schedule/ledger.js';
import { carryOn } from '../../../src/operations/carry-on.js';
import { silentLog } from '../../../src/runtime/silent-log.js';
import { Planner } from '../../../src/scheduler/planner.js';
import { putSchedule } from '../../../src/schedules/edit.js';
import type { Explanation } from '../../../src/schedules/explain.js';
import { ledgerOf, ledgerWrite } from '../../../src/schedules/ledger-of.js';
import type { AttemptRecord, ClaimedTask, Settlement, Term } from '../../../src/store/contract/index.js';
import { type ApiOnModel, apiOnModel } from '../api/support.js';

export const QUEUE = 'default';

export class Life {
  readonly on: ApiOnModel;
  readonly #planner: Promise<Planner>;
  #term: Term | null = null;
  #tasks: ClaimedTask[] = [];

  constructor(now: string) {
    this.on = apiOnModel();
    this.on.store.set(Date.parse(now));
    this.#planner = this.#lead();
  }

  async #lead(): Promise<Planner> {
    const { store } = this.on;
    await store.open(QUEUE);
    const term = await store.allocateTerm('one', 'lock');
    if (!term) throw new Error('no term');
    await store.takeOffice(QUEUE, term);
    this.#term = term;
    return new Planner({
      ...{ queue: QUEUE, store, log: silentLog, term, horizon: 10_000 },
      mayCatchUp: () => true,
      onFenced: async () => {},
    });
  }

  async put(fields: object): Promise<void> {
    const { statusCode, body } = await this.on.put('/v1/schedules/s', { handler: 'a', ...fields });
    if (statusCode > 201) throw new Error(body);
  }

  /** As a file declares it, with calendars beside it. */
  async declared(fields: object, calendars: Record<string, string[]>): Promise<void> {
    const { store } = this.on;
    const read = new Map<string, ExcludedItem[]>();
    for (const [name, items] of Object.entries(calendars)) read.set(name, calendar(items, [], []) ?? []);
    const reading = readDefinition('s', { handler: 'a', ...fields }, { calendars: read });
    if (!('definition' in reading)) throw new Error(JSON.stringify(reading.problems));
    const source = { kind: 'file', set: 'files', file: 's.yaml', line: 3 } as const;
    await putSchedule(store, reading.definition, source, store.now);
  }

  /** The leader plans, and what is due is promoted. */
  async leads(): Promise<void> {
    const planner = await this.#planner;
    planner.lookBack();
    while ((await planner.tick()) <= 0);
    await this.on.store.promote(QUEUE, 1_000);
  }

  /** A backfill of [from, to) is carried out. */
  async backfilled(from: string, to: string): Promise<void> {
    const { store } = this.on;
    const answer = await this.on.post('/v1/schedules/s/backfill', { from, to });
    const { id } = answer.json() as { id: string };
    for (;;) {
      const record = await store.operation(id);
      if (!record || !this.#term) throw new Error(answer.body);
      const on = await carryOn(record, { store, term: this.#term, now: store.now });
      if (on === 'fenced') throw new Error(on);
      if ('ended' in on) break;
      store.advance(on.again);
    }
    await store.promote(QUEUE, 1_000);
  }

  /** To a time, with nobody there in between; then the leader looks. */
  async until(time: string): Promise<void> {
    this.asleepUntil(time);
    await this.leads();
  }

  asleepUntil(time: string): void {
    this.on.store.set(Date.parse(time));
  }

  /** The leader is there all the time, at each of these. */
  async through(...times: string[]): Promise<void> {
    for (const time of times) await this.until(time);
  }

  async taken(): Promise<void> {
    this.#tasks = await this.on.claim(['a']);
    if (this.#tasks.length === 0) throw new Error('nothing is ready');
  }

  /** What was taken ends after a time. */
  async ends(ms: number, how: { error?: string; next?: Settlement['next'] } = {}): Promise<void> {
    const { store } = this.on;
    const startedAt = store.now;
    store.advance(ms);
    const record = (task: ClaimedTask): AttemptRecord => ({
      ...{ attempt: task.attempt, worker: 'w', startedAt, finishedAt: store.now },
      outcome: how.error === undefined ? 'completed' : 'failed',
      ...(how.error === undefined ? {} : { error: { message: how.error } }),
    });
    if (how.next) {
      const { next } = how;
      const settlements = this.#tasks.map((task) => ({
        ...{ id: task.id, token: task.token, record: record(task), failure: true, next },
      }));
      await store.settle(QUEUE, 'w~1', settlements);
      return;
    }
    const completions = this.#tasks.map((task) => ({ id: task.id, token: task.token, record: record(task) }));
    const request = { worker: 'w~1', nonce: 1_000_001, want: 0, handlers: ['a'], leaseMs: 10_000 };
    await store.claim(QUEUE, { ...request, completions });
  }

  /** Written into the ledger as the scripts do it. */
  async noted(time: string, word: Word): Promise<void> {
    const at = Date.parse(time);
    await this.rewritten((ledger, definition) => except(ledger, definition, { from: at, to: at, word }));
  }

  async rewritten(
    change: (...from: Parameters<typeof except>) => ReturnType<typeof ledgerOf>,
  ): Promise<void> {
    const { store } = this.on;
    const row = await store.schedule('s');
    if (!row) throw new Error('no schedule');
    const { schedule, cursor } = row;
    const changed = change(ledgerOf(row), schedule.definition, { from: 0, to: 0, word: 'fired' });
    const ledger = ledgerWrite(row, changed, schedule.definition, store.now);
    const expect = { revision: schedule.revision, cursor };
    const next = { ...schedule, revision: schedule.revision + 1 };
    const word = await store.edit(QUEUE, { id: 's', expect, schedule: next, cursor, withdraw: null, ledger });
    if (word !== 'ok') throw new Error(JSON.stringify(word));
  }

  async explain(at: string): Promise<Explanation> {
    const answer = await this.on.get(`/v1/schedules/s/explain?at=${encodeURIComponent(at)}`);
    if (answer.statusCode !== 200) throw new Error(answer.body);
    const said = answer.json() as Explanation;
    // The name of a backfill is made by chance.
    return { ...said, sentence: said.sentence.replaceAll(/([+]|backfill )[\w-]{6,}/g, '$1<name>') };
  }
}
