/** Plays a sequence of verbs on a stage and says what it saw, the same for every implementation. */

import type { Overlap } from '../../../src/domain/schedule/schedule.js';
import { PRIORITIES } from '../../../src/domain/task/task.js';
import type { ClaimedTask, Completion, Settlement, TaskDraft } from '../../../src/store/contract/index.js';
import { Asked } from './asked.js';
import { Children, type World } from './children.js';
import { conserved, factsSeen } from './driver-facts.js';
import { Runs } from './overlap-parts.js';
import { drained } from './relays.js';
import { LONG, type Stage } from './stage.js';
import { type End, HANDLERS, KEYED, NAMES, PLAIN_NAMES, RUN_HANDLERS, type Step } from './steps.js';

const KEEP_NOTHING = { completed: { count: 0, age: 0 }, dead: { count: 0, age: 0 }, atLeast: 0 };

interface Delivery {
  worker: string;
  task: ClaimedTask;
}

export class Driver {
  readonly #once: Stage;
  readonly #twice: Stage;
  /** Either of the two. */
  #stage: Stage;
  /** Every delivery ever, in an order both implementations agree on. */
  readonly #deliveries: Delivery[] = [];
  readonly #nonces = new Map<string, number>();
  readonly #lastClaim = new Map<
    string,
    { want: number; handlers: readonly string[]; completions: Completion[] }
  >();
  readonly #lastSettlement = new Map<string, Settlement>();
  /** Ids the store has acknowledged and not pruned since. */
  readonly #acknowledged = new Set<string>();
  /** How often a name was pruned: the next task of that name has an id of its own, as ids are never used twice. */
  readonly #pruned = new Map<number, number>();
  #step = 0;
  readonly #schedules = new Map<string, Runs>();
  readonly #runs: string[] = [];
  readonly #children: Children;
  readonly #asked = new Asked();
  /** How many may run is bounded: which of several lanes is served then is left open, so that one is asked for. */
  #bounded = false;
  /** A rate was set: when it opens is told as a time that two stores do not share. */
  #rated = false;

  constructor(stage: Stage, world: World) {
    this.#children = new Children(world);
    this.#once = stage;
    this.#twice = stage.resending();
    this.#stage = stage;
  }

  /** Plays one step; the answer is the same for every implementation. `broken`: each write is sent twice. */
  async play(one: Step, broken: boolean): Promise<unknown> {
    this.#step += 1;
    this.#stage = broken ? this.#twice : this.#once;
    const { store, queue } = this.#stage;
    switch (one.do) {
      case 'enqueue': {
        const drafts = one.names.map((n) => this.#draft(n, one.far));
        const { created, taken, full } = await store.enqueue(queue, drafts);
        for (const { id } of drafts) {
          if (taken?.has(id) || full?.has(id)) continue;
          this.#acknowledged.add(id);
          this.#children.made(id, queue);
        }
        return [created, ...(taken ?? []), ...(full ?? [])];
      }
      case 'claim': {
        const completions = (await this.#held(one.worker))
          .slice(0, one.done)
          .map((task) => this.#done(one.worker, task));
        this.#nonces.set(one.worker, (this.#nonces.get(one.worker) ?? 0) + 1);
        // Which of several lanes comes first is left open; a claim of all takes everything.
        const handlers = this.#bounded ? one.handlers.slice(0, 1) : one.handlers;
        const want = handlers.length > 1 ? 1000 : one.want;
        this.#lastClaim.set(one.worker, { want, handlers, completions });
        // The same claim sent again answers the same tasks in no promised order.
        return this.#claim(one.worker, handlers.length === 1 && !broken);
      }
      case 'claim again':
        return this.#lastClaim.has(one.worker) ? this.#claim(one.worker, false) : null;
      case 'settle': {
        const held = await this.#held(one.worker);
        const task = held[one.pick % Math.max(held.length, 1)];
        if (!task) return null;
        const settlement = this.#settlement(one.worker, task, one.to, one.failure);
        this.#lastSettlement.set(one.worker, settlement);
        return store.settle(queue, one.worker, [settlement]);
      }
      case 'settle again': {
        const settlement = this.#lastSettlement.get(one.worker);
        return settlement ? store.settle(queue, one.worker, [settlement]) : null;
      }
      case 'settle as reaper': {
        const held = await this.#held(one.worker);
        const task = held[one.pick % Math.max(held.length, 1)];
        return (
          task && store.settle(queue, one.worker, [this.#settlement(one.worker, task, 'dead', true)], true)
        );
      }
      case 'late ending': {
        const delivery = this.#deliveries[one.pick % Math.max(this.#deliveries.length, 1)];
        if (!delivery) return null;
        return this.#stage.complete(delivery.worker, [this.#done(delivery.worker, delivery.task)]);
      }
      case 'lapse':
        return this.#lapse(one.worker, one.to);
      case 'cancel':
        return store.cancel(queue, this.#id(one.name), 'no need');
      case 'promote': {
        const { moved, nextDue } = await store.promote(queue, 1000);
        return { moved, nextDue: this.#rated || this.#since(nextDue) };
      }
      case 'beat':
        return (await this.#held(one.worker)).length > 0 ? this.#beat(one.worker) : null;
      case 'leave':
        return void (await store.leave(queue, one.worker));
      case 'prune':
        return this.#prune();
      case 'child':
        return this.#children.make(this.#stage, one, HANDLERS[0], this.#stage.start + LONG + this.#step);
      case 'ask': {
        const handlers = { plain: HANDLERS[2], unique: HANDLERS[3], keyed: KEYED };
        const { made, seen } = await this.#asked.make(this.#stage, one.tasks, handlers, this.#step);
        for (const id of made) this.#children.made(id, queue);
        return seen;
      }
      case 'relay':
        return void (await drained(store, ['main', 'other']));
      case 'run': {
        const runs = await this.#runsOf(one.overlap);
        const handler = RUN_HANDLERS[one.kind === 'live' ? 0 : 1];
        this.#runs.push(await (one.promoted ? runs.next(one.kind, handler) : runs.plan(one.kind, handler)));
        return runs.told();
      }
      case 'trigger': {
        const runs = await this.#runsOf(one.overlap);
        this.#runs.push(await runs.trigger(one.own, RUN_HANDLERS[0]));
        return runs.told();
      }
      case 'cancel run': {
        const id = this.#runs[one.pick % Math.max(this.#runs.length, 1)];
        return id === undefined ? null : store.cancel(queue, id, 'no need');
      }
      case 'redrive':
        return this.#again(one.pick, (id, attempt) =>
          store.redrive(queue, [{ id, attempt, ...(one.other ? { payload: `"${this.#step}"` } : {}) }]),
        );
      case 'reschedule': {
        const due = this.#stage.start + (one.far ? LONG : 0);
        return this.#again(one.pick, (id, attempt) => store.reschedule(queue, [{ id, attempt, due }]));
      }
      case 'pause':
        return void (await store.setQueue(queue, { paused: one.paused }));
      case 'deep':
        return void (await store.setQueue(queue, { settings: { maxDepth: one.maxDepth } }));
      case 'bound':
        this.#bounded ||= one.concurrency !== null;
        return void (await store.setQueue(queue, { settings: { concurrency: one.concurrency } }));
      case 'bound keys':
        return void (await store.setQueue(queue, { settings: { keyConcurrency: one.keyConcurrency } }));
      case 'order keys':
        return void (await store.setQueue(queue, { settings: { keyOrder: one.keyOrder } }));
      case 'rate': {
        const { limit, key } = one;
        const rate = limit === null ? null : { limit, per: '1h', ...(key ? { key: true as const } : {}) };
        this.#bounded ||= limit !== null && !key;
        this.#rated ||= limit !== null;
        return void (await store.setQueue(queue, { settings: { rate } }));
      }
    }
  }

  /** Something is asked for a task or a run, as it was read. */
  async #again(pick: number, ask: (id: string, attempt: number) => Promise<unknown>): Promise<unknown> {
    const named = Array.from({ length: NAMES }, (_, n) => this.#id(n));
    const ids = [...named, ...this.#others()];
    const id = ids[pick % ids.length] ?? '';
    return ask(id, (await this.#stage.store.find(id))?.attempt ?? 0);
  }

  async #runsOf(overlap: Overlap): Promise<Runs> {
    const { queue } = this.#once;
    const known =
      this.#schedules.get(overlap) ?? (await Runs.open(this.#once, overlap, `${queue}-${overlap}`));
    this.#schedules.set(overlap, known);
    return known;
  }

  /** Runs of one schedule that are under way at once although its policy allows none beside another. */
  async overlapping(): Promise<string[]> {
    const found: string[] = [];
    for (const [overlap, runs] of this.#schedules) {
      const underWay = overlap === 'allow' ? [] : await runs.underWay(this.#runs);
      found.push(...underWay.slice(1));
    }
    return found;
  }

  /** Runs that wait for an earlier one although there is none. */
  async stuck(): Promise<string[]> {
    const facts = await Promise.all(this.#runs.map((id) => this.#stage.store.find(id)));
    return facts.flatMap((one) => (one?.waitingFor?.join() === '' ? [one.id] : []));
  }

  async #beat(worker: string): Promise<unknown> {
    const word = await this.#stage.store.beat(this.#stage.queue, worker, LONG);
    return typeof word === 'string' ? word : word.stop.map(({ id }) => id).sort();
  }

  #id(n: number): string {
    return this.#stage.id(`${n}.${this.#pruned.get(n) ?? 0}`);
  }

  #draft(n: number, far: boolean): TaskDraft {
    const due = far ? this.#stage.start + LONG + n : 0;
    const payload = `"${this.#step}"`;
    if (n >= PLAIN_NAMES) {
      const options = { concurrencyKey: n % 2 === 0 ? 'even' : 'odd' };
      return this.#stage.draft(this.#id(n), { handler: KEYED, due, payload, options });
    }
    const at = n % HANDLERS.length;
    return this.#stage.draft(this.#id(n), {
      handler: HANDLERS[at] ?? '',
      priority: PRIORITIES[at] ?? 'normal',
      due,
      payload,
      ...(at === HANDLERS.length - 1 ? { options: { uniqueKey: 'one' } } : {}),
    });
  }

  async #claim(worker: string, ordered: boolean): Promise<unknown> {
    const request = this.#lastClaim.get(worker) ?? { want: 0, handlers: [], completions: [] };
    const nonce = this.#nonces.get(worker) ?? 0;
    const { endings, tasks, nextDue } = await this.#stage.claim(worker, { ...request, nonce });
    const known = new Set(this.#deliveries.map(({ task }) => task.token + task.id));
    const sorted = [...tasks].sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const task of sorted) {
      if (!known.has(task.token + task.id)) this.#deliveries.push({ worker, task });
    }
    return {
      endings,
      tasks: (ordered ? tasks : sorted).map(({ id, attempt, failures, payload, firstStartedAt = null }) => [
        ...[id, attempt, failures, payload, firstStartedAt],
      ]),
      nextDue: request.want > 0 && !this.#rated ? this.#since(nextDue) : null,
    };
  }

  /** What the worker holds now, by id. */
  async #held(worker: string): Promise<ClaimedTask[]> {
    const held: ClaimedTask[] = [];
    for (const { worker: owner, task } of this.#deliveries) {
      if (owner !== worker) continue;
      const facts = await this.#stage.store.find(task.id);
      if (facts?.held?.worker === worker && facts.held.attempt === task.attempt) held.push(task);
    }
    return held.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #done(worker: string, task: ClaimedTask): Completion {
    const record = { startedAt: this.#step, finishedAt: this.#step, result: `"${this.#step}"` };
    return this.#stage.completion(task, worker, record);
  }

  #settlement(
    worker: string,
    task: { id: string; token: string; attempt: number },
    to: End,
    failure: boolean,
  ): Settlement {
    const { start } = this.#stage;
    const next =
      to === 'past' || to === 'far'
        ? { to: 'retry' as const, due: to === 'past' ? start : start + LONG + this.#step }
        : { to };
    const at = { startedAt: this.#step, finishedAt: this.#step };
    const settlement = this.#stage.settlement(task, worker, next, { failure, ...at });
    return this.#step % 3 === 0 ? { ...settlement, firstStartedAt: this.#step } : settlement;
  }

  /** The worker's lease runs out and the reaper takes back everything it held. */
  async #lapse(worker: string, to: End): Promise<unknown> {
    const { store, queue } = this.#stage;
    const told = await store.beat(queue, worker, 1);
    const word = typeof told === 'string' ? told : 'ok';
    await this.#stage.elapse(5);
    const holds = (await store.reap(queue, 1000)).holds.sort((a, b) => (a.id < b.id ? -1 : 1));
    const words: unknown[] = [];
    for (const hold of holds) {
      words.push(hold.id, hold.attempt, hold.failures, hold.lossesBefore, hold.firstStartedAt ?? null);
      const settlement = this.#settlement(hold.worker, hold, to, true);
      words.push(...(await store.settle(queue, hold.worker, [settlement], true)));
    }
    words.push((await store.reap(queue, 1000)).holds.length);
    return holds.length > 0 ? [word, ...words] : words;
  }

  async #prune(): Promise<unknown> {
    const { store, queue } = this.#stage;
    await this.#stage.elapse(3);
    let total = 0;
    for (;;) {
      const reply = await store.prune(queue, KEEP_NOTHING);
      if (reply.pruned === 0) break;
      total += reply.pruned;
    }
    for (let n = 0; n < NAMES; n += 1) {
      if ((await store.find(this.#id(n))) || !this.#acknowledged.delete(this.#id(n))) continue;
      this.#pruned.set(n, (this.#pruned.get(n) ?? 0) + 1);
    }
    return total;
  }

  /** Every fact at the end, without what two clocks cannot agree on. */
  facts(): Promise<unknown> {
    const named = Array.from({ length: NAMES }, (_, n) => this.#id(n));
    return factsSeen(this.#stage, [...named, ...this.#others()]);
  }

  /** Conservation: every acknowledged id stands in exactly one list, and the counts agree. */
  conserved(): ReturnType<typeof conserved> {
    return conserved(this.#stage, this.#acknowledged, this.#others());
  }

  /** Made once each: their ids are not used again. */
  #others(): string[] {
    return [...this.#runs, ...this.#children.ids, ...this.#asked.ids];
  }

  #since(time: number | null): number | null {
    return time === null ? null : time - this.#stage.start;
  }
}
