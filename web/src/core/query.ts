/** One question to the API that a view keeps asking while it is watched: at intervals, and when something happens. */

import { effect, type Signal, signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { askText, outage } from './api.js';
import { type Problem, problemOf } from './problems.js';
import { hear } from './stream.js';
import type { Happening } from './types.js';
import { visible, watching } from './visible.js';

export interface QueryOptions<Answer> {
  /** ms between two questions; 0: asked once, and when something happens. */
  every?: number;
  /** Whether what happened may have changed the answer. */
  wakes?: (happening: Happening) => boolean;
  /** Of the text that came; JSON unless said otherwise. */
  read?: (text: string) => Answer;
  /** While another path is asked for the first time, what the one before answered stays. */
  keep?: boolean;
}

export interface Answered<Answer> {
  data: Answer | undefined;
  /** Of the latest question; what came before stays in `data`. */
  problem: Problem | undefined;
  /** Nothing has come yet. */
  loading: boolean;
  /** Asks at once. */
  refresh: () => Promise<void>;
}

/** After a fault, and at least between two questions that events cause, ms. */
const AGAIN = 2_000;
const SOON = 700;
/** Answers that a view finds again when somebody comes back to it, as they came: each view reads them its own way. */
const REMEMBERED = 40;
const memory = new Map<string, string>();

/** `path` null: nothing is asked. */
export function useQuery<Answer>(path: string | null, options: QueryOptions<Answer> = {}): Answered<Answer> {
  const latest = useRef(options);
  latest.current = options;
  const before = useRef<Answer | undefined>(undefined);
  const question = useMemo(
    () =>
      path === null ? null : new Question<Answer>(path, latest, options.keep ? before.current : undefined),
    [path],
  );
  useEffect(() => question?.start(), [question]);
  if (!question) return NOTHING as Answered<Answer>;
  const state = question.state.value;
  before.current = state.data;
  return state;
}

const NOTHING: Answered<unknown> = {
  data: undefined,
  problem: undefined,
  loading: false,
  refresh: async () => {},
};

class Question<Answer> {
  readonly state: Signal<Answered<Answer>>;
  readonly #path: string;
  readonly #options: { current: QueryOptions<Answer> };
  #text: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #under: AbortController | undefined;
  #askedAt = 0;
  #isDue = true;
  #isOver = false;

  constructor(path: string, options: { current: QueryOptions<Answer> }, before: Answer | undefined) {
    this.#path = path;
    this.#options = options;
    const text = memory.get(path);
    const { read = JSON.parse } = options.current;
    const data = text === undefined ? before : (read(text) as Answer);
    this.state = signal({
      data,
      problem: undefined,
      loading: data === undefined,
      refresh: () => this.#ask(),
    });
  }

  /** Answers what ends it. */
  start(): () => void {
    this.#isOver = false;
    this.#isDue = true;
    const unwatch = effect(() => {
      // The first answer comes also to a view that does not follow: it was opened by somebody.
      const may = watching.value || (visible.value && (this.#askedAt === 0 || outage.value !== null));
      if (may && this.#isDue) queueMicrotask(() => void this.#ask());
    });
    const deafen = hear((happening) => {
      const { wakes } = this.#options.current;
      if (happening.type === 'reset' || wakes?.(happening)) this.#in(SOON);
    });
    return () => {
      this.#isOver = true;
      unwatch();
      deafen();
      clearTimeout(this.#timer);
      this.#under?.abort();
    };
  }

  /** Asks after `ms`, or earlier if that is planned. */
  #in(ms: number, later = false): void {
    const at = Date.now() + ms;
    if (this.#timer !== undefined && !later && at >= this.#nextAt) return;
    clearTimeout(this.#timer);
    this.#nextAt = at;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#isDue = true;
      if (watching.value || (visible.value && outage.value !== null)) void this.#ask();
    }, ms);
  }

  #nextAt = 0;

  async #ask(): Promise<void> {
    if (this.#isOver) return;
    this.#isDue = false;
    this.#askedAt = Date.now();
    this.#under?.abort();
    const under = new AbortController();
    this.#under = under;
    const { every = 5_000, read = JSON.parse } = this.#options.current;
    let next = every;
    try {
      const text = await askText(this.#path, { signal: under.signal });
      if (under.signal.aborted) return;
      this.#take(text, read);
    } catch (error) {
      if (under.signal.aborted) return;
      const problem = problemOf(error);
      this.state.value = { ...this.state.value, problem, loading: false };
      // What is not there is asked for seldom; what is out of order, soon.
      next = problem.status === 0 || problem.status >= 500 ? AGAIN : Math.max(every, 10_000);
    }
    if (next > 0 && !this.#isOver) this.#in(next, true);
  }

  /** The same text changes nothing, and nothing is drawn again. */
  #take(text: string, read: (text: string) => Answer): void {
    const { data, problem, loading } = this.state.value;
    if (text === this.#text && data !== undefined && !problem && !loading) return;
    const fresh = text === this.#text && data !== undefined ? data : read(text);
    this.#text = text;
    memory.delete(this.#path);
    memory.set(this.#path, text);
    if (memory.size > REMEMBERED) memory.delete(memory.keys().next().value ?? '');
    this.state.value = { ...this.state.value, data: fresh, problem: undefined, loading: false };
  }
}
