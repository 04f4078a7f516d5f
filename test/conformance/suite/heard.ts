/** What a listener is told of a sequence of steps: of each step, and of each task or schedule in its order. */

import type { EventPlace, Happened } from '../../../src/store/contract/events.js';
import { LONG, type Stage } from './stage.js';

const QUEUES = ['main', 'other'];

export class Heard {
  readonly #stage: Stage;
  readonly #from: number;
  /** The last ms of each step. */
  readonly #steps: number[] = [];

  private constructor(stage: Stage, from: number) {
    this.#stage = stage;
    this.#from = from;
  }

  static async open(stage: Stage): Promise<Heard> {
    return new Heard(stage, await stage.store.observe(QUEUES, LONG));
  }

  /** A step is over: the next one begins in another ms. */
  async step(): Promise<void> {
    const { store, subject } = this.#stage;
    const last = await store.time();
    this.#steps.push(last);
    subject.advance?.(1);
    while ((await store.time()) <= last) await new Promise(setImmediate);
  }

  /** Without what is looked up when it is read, long after it happened. */
  async told(): Promise<unknown[]> {
    const { store } = this.#stage;
    const last = this.#steps.at(-1) ?? 0;
    const steps: Map<string, unknown[]>[] = this.#steps.map(() => new Map());
    let place: EventPlace = { ms: this.#from };
    while (place.ms <= last) {
      const page = await store.events(QUEUES, place, () => true);
      for (const { place: at, happened } of page.events) {
        const step = steps[this.#steps.findIndex((until) => at.ms <= until)];
        const about = aboutOf(happened);
        step?.set(about, together([...(step.get(about) ?? []), this.#shortOf(happened)]));
      }
      place = page.until;
      if (page.events.length === 0) await this.#stage.elapse(1);
    }
    return steps.map((step) => [...step].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  #shortOf(happened: Happened): unknown {
    if (happened.what === 'instants') {
      const { word, from, to, count } = happened;
      return [word, from - this.#stage.start, to - this.#stage.start, count];
    }
    if (happened.what !== 'task') return happened.what;
    const { to, task } = happened;
    const ended = to === 'completed' || to === 'dead' || to === 'cancelled';
    return [
      to,
      task.state,
      ended ? null : task.attempt,
      ended || to === 'retrying' ? null : (task.worker ?? null),
    ];
  }
}

/** Instants that did not run may be told one by one, or those of one word together. */
function together(told: unknown[]): unknown[] {
  const [before, last] = told.slice(-2) as [Instants, Instants];
  if (!Array.isArray(last) || !Array.isArray(before) || last.length !== 4 || before[0] !== last[0])
    return told;
  if (typeof last[3] !== 'number') return told;
  const [word, from, to, count] = before;
  const both = [word, Math.min(from, last[1]), Math.max(to, last[2]), count + last[3]];
  return [...told.slice(0, -2), both];
}

type Instants = [word: string, from: number, to: number, count: number];

function aboutOf(happened: Happened): string {
  const queue = 'queue' in happened ? happened.queue : '';
  return `${queue} ${'id' in happened ? happened.id : happened.what === 'instants' ? happened.schedule : ''}`;
}
