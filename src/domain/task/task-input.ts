/** What somebody asks for when creating a task (interface §3), read strictly: one answer for every input. */

import { DURATION_GRAMMAR, LONGEST_DELAY, LONGEST_DELAY_TEXT, parseDuration } from '../input/durations.js';
import type { ErrorCode, Problem } from '../input/errors.js';
import { INSTANT_GRAMMAR, parseInstant } from '../input/instants.js';
import { JsonText } from '../input/json-text.js';
import { isHandlerName, isQueueName, NAME_GRAMMAR } from '../input/names.js';
import { suggestion } from '../input/suggestions.js';
import type { RetryPolicy } from './retry.js';
import { readRetry } from './retry-fields.js';
import { PRIORITIES, type Priority } from './task.js';
import { uniqueProblems } from './unique.js';

/** 1 MiB of JSON text; larger data belongs elsewhere. */
export const MAX_PAYLOAD = 1_048_576;
/** ms: what lies beyond is a mistake. */
export const MAX_DELAY = LONGEST_DELAY;

const MAX_LABELS = 32;
const MAX_LABEL = 256;
/** Bytes of a key. */
const MAX_KEY = 256;

/** A valid request. Times in ms; `payload` is JSON text, '' for none. */
export interface TaskInput {
  handler: string;
  queue: string;
  payload: string;
  when: { delay: number } | { runAt: number } | null;
  priority: Priority;
  options?: TaskOptions;
}

export type TaskInputResult =
  | { ok: true; value: TaskInput }
  | { ok: false; code: ErrorCode; problems: Problem[] };

const FIELDS = [
  'handler',
  'payload',
  'queue',
  'delay',
  'runAt',
  'priority',
  'retry',
  'timeout',
  'labels',
  'uniqueKey',
  'unique',
];
const LATER = new Set(['concurrencyKey', 'expiresIn', 'after', 'onParentDeath']);

/** Reads one request; every problem is reported, none is guessed away. */
export function readTaskInput(raw: unknown): TaskInputResult {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return invalid([{ pointer: '', detail: 'must be an object with at least a handler' }]);
  }
  const reader = new Reader(raw as Record<string, unknown>);
  const value = reader.read();
  return reader.problems.length > 0 ? invalid(reader.problems, reader.code) : { ok: true, value };
}

/** The last names that were found valid: most calls repeat them. */
const last = { handler: '', queue: 'default' };

/**
 * A request of a handler, a payload and at most a queue, read without ceremony; null when the full reader must look,
 * because something about it is not plain or not right.
 */
export function plainTaskInput(handler: unknown, payload: unknown, options?: object): TaskInput | null {
  const queue = options === undefined ? 'default' : onlyQueue(options);
  if (queue === null || (queue !== last.queue && !isQueueName(queue))) return null;
  if (handler !== last.handler && !isHandlerName(handler)) return null;
  last.handler = handler;
  last.queue = queue;
  try {
    const text = payload === undefined ? '' : (JSON.stringify(payload) as string | undefined);
    if (text === undefined || text.length * 3 > MAX_PAYLOAD) return null;
    return { handler, queue, payload: text, when: null, priority: 'normal' };
  } catch {
    return null;
  }
}

/** The queue, when it is all that is given. */
function onlyQueue(options: object): string | null {
  for (const key in options) if (key !== 'queue') return null;
  const { queue } = options as { queue?: unknown };
  return typeof queue === 'string' ? queue : null;
}

function invalid(problems: Problem[], code: ErrorCode = 'invalid_input'): TaskInputResult {
  return { ok: false, code, problems };
}

class Reader {
  readonly problems: Problem[] = [];
  code: ErrorCode = 'invalid_input';
  readonly #raw: Record<string, unknown>;

  constructor(raw: Record<string, unknown>) {
    this.#raw = raw;
  }

  read(): TaskInput {
    const raw = this.#raw;
    const value: TaskInput = { handler: '', queue: 'default', payload: '', when: null, priority: 'normal' };
    for (const key of Object.keys(raw)) {
      const given = raw[key];
      // `undefined` is what TypeScript callers write for "not given"; JSON has none.
      if (given !== undefined) this.#field(key, given, value);
    }
    // What only its prototype has was not asked for.
    const has = (key: string): boolean => Object.hasOwn(raw, key) && raw[key] !== undefined;
    if (has('unique') && !has('uniqueKey')) this.#problem('unique', 'needs a uniqueKey');
    if (!has('handler')) this.#problem('handler', 'is required');
    if (has('delay') && has('runAt')) {
      this.#problem('runAt', 'give either delay or runAt, not both');
    }
    return value;
  }

  #field(key: string, given: unknown, value: TaskInput): void {
    switch (key) {
      case 'handler':
        if (isHandlerName(given)) value.handler = given;
        else this.#problem(key, `must be ${NAME_GRAMMAR.handler}`);
        break;
      case 'payload':
        this.#payload(given, value);
        break;
      case 'queue':
        if (isQueueName(given)) value.queue = given;
        else this.#problem(key, `must be ${NAME_GRAMMAR.queue}`);
        break;
      case 'delay':
        this.#delay(given, value);
        break;
      case 'runAt':
        this.#runAt(given, value);
        break;
      case 'priority':
        if (PRIORITIES.includes(given as Priority)) value.priority = given as Priority;
        else this.#problem(key, `must be one of ${PRIORITIES.join(', ')}`);
        break;
      default:
        this.#option(key, given, value);
    }
  }

  #payload(given: unknown, value: TaskInput): void {
    let text: string | undefined;
    try {
      text = given instanceof JsonText ? given.text : JSON.stringify(given);
    } catch (error) {
      // A toJSON of the caller's may throw anything.
      const reason = error instanceof Error ? `: ${String(error.message).split('\n')[0]}` : '';
      this.#problem('payload', `cannot be written as JSON${reason}`);
      return;
    }
    if (text === undefined) {
      this.#problem('payload', 'cannot be written as JSON: it is a function or a symbol');
      return;
    }
    if (text.length > MAX_PAYLOAD || (text.length * 3 > MAX_PAYLOAD && utf8Length(text) > MAX_PAYLOAD)) {
      this.code = 'payload_too_large';
      this.#problem('payload', `is larger than ${MAX_PAYLOAD} bytes of JSON`);
      return;
    }
    value.payload = text;
  }

  #delay(given: unknown, value: TaskInput): void {
    const delay = parseDuration(given);
    if (delay === undefined) this.#problem('delay', `must be ${DURATION_GRAMMAR}`);
    else if (delay > MAX_DELAY) this.#problem('delay', `must be at most ${LONGEST_DELAY_TEXT}`);
    else value.when = { delay };
  }

  #runAt(given: unknown, value: TaskInput): void {
    const runAt = parseInstant(given);
    if (runAt === undefined) this.#problem('runAt', `must be ${INSTANT_GRAMMAR}`);
    else value.when = { runAt };
  }

  #option(key: string, given: unknown, value: TaskInput): void {
    if (key === 'retry') {
      const problems: { path: (string | number)[]; detail: string }[] = [];
      const retry = readRetry(given, ['retry'], problems);
      for (const { path, detail } of problems) this.#problem(path.join('/'), detail);
      if (retry) value.options = { ...value.options, retry };
    } else if (key === 'timeout') {
      const timeout = parseDuration(given);
      if (timeout === undefined || timeout === 0 || timeout > MAX_DELAY) {
        this.#problem(key, `must be ${DURATION_GRAMMAR}, more than 0ms and at most ${LONGEST_DELAY_TEXT}`);
      } else value.options = { ...value.options, timeout };
    } else if (key === 'labels') {
      const labels = this.#labels(given);
      if (labels) value.options = { ...value.options, labels };
    } else if (key === 'uniqueKey') {
      if (isKey(given)) value.options = { ...value.options, uniqueKey: given };
      else this.#problem(key, `must be a text of 1 to ${MAX_KEY} bytes`);
    } else if (key === 'unique') {
      for (const { path, detail, unsupported } of uniqueProblems(given)) {
        if (unsupported) this.code = 'unsupported';
        this.#problem(path, detail);
      }
    } else if (LATER.has(key)) {
      this.code = 'unsupported';
      this.#problem(key, 'is not supported by this version; leave it out');
    } else {
      this.#problem(key, `is not a field of a task${suggestion(key, FIELDS)}`);
    }
  }

  #labels(given: unknown): Record<string, string> | undefined {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      this.#problem('labels', 'must be an object of texts');
      return undefined;
    }
    const entries = Object.entries(given as Record<string, unknown>);
    if (entries.length > MAX_LABELS) this.#problem('labels', `has more than ${MAX_LABELS} entries`);
    for (const [name, text] of entries) {
      if (typeof text !== 'string' || text.length > MAX_LABEL || name.length > MAX_LABEL) {
        this.#problem(`labels/${name.slice(0, 64)}`, `must be a text of at most ${MAX_LABEL} characters`);
      }
    }
    return entries.length > 0 ? (Object.fromEntries(entries) as Record<string, string>) : undefined;
  }

  #problem(path: string, detail: string): void {
    this.problems.push({ pointer: `/${path}`, detail });
  }
}

function isKey(given: unknown): given is string {
  return typeof given === 'string' && given !== '' && utf8Length(given) <= MAX_KEY;
}

/** Bytes of a text in UTF-8, without writing them. */
function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

/** Problems that only show once the present time is known; null when there is none. `now` is Redis time, ms. */
export function tooFarAhead(input: TaskInput, now: number): Problem | null {
  if (input.when && 'runAt' in input.when && input.when.runAt > now + MAX_DELAY) {
    return { pointer: '/runAt', detail: `must be at most ${LONGEST_DELAY_TEXT} ahead` };
  }
  return null;
}

/** What differs from the defaults; kept with the task, never read by a script. */
export interface TaskOptions {
  retry?: RetryPolicy;
  /** Per attempt, ms. */
  timeout?: number;
  labels?: Record<string, string>;
  /** No other task under this key lives in its queue while this one does. */
  uniqueKey?: string;
}

/** A task about to enter the road. */
export interface TaskDraft {
  /** Made by the caller, so that sending it twice makes one task. One-off: `<partition code>-<random>`. */
  id: string;
  handler: string;
  priority: Priority;
  /** ms; 0 = now. */
  due: number;
  createdAt: number;
  /** JSON text; '' for none. Never decoded by the store. */
  payload: string;
  options?: TaskOptions;
}

/** The task `input` asks for; `now` is Redis time, ms. */
export function draftOf(input: TaskInput, id: string, now: number): TaskDraft {
  const due = input.when === null ? 0 : 'delay' in input.when ? now + input.when.delay : input.when.runAt;
  const draft: TaskDraft = {
    id,
    handler: input.handler,
    priority: input.priority,
    due,
    createdAt: now,
    payload: input.payload,
  };
  if (input.options) draft.options = input.options;
  return draft;
}
