/** A request for a task, read strictly by the table of its fields, and the task that it makes. */

import { LONGEST_DELAY, LONGEST_DELAY_TEXT } from '../input/durations.js';
import type { ErrorCode, Problem } from '../input/errors.js';
import { isHandlerName, isQueueName } from '../input/names.js';
import { codeOf, problemsOf } from '../input/read-fields.js';
import { type FieldProblem, keysOf } from '../input/readers.js';
import { LARGEST_PAYLOAD } from '../input/sizes.js';
import { KEPT_FIELDS, TASK_FIELDS, type TaskOptions, type TaskValues } from './fields.js';
import { type Payload, unwritten } from './payload.js';
import { plainCopy } from './plain-copy.js';
import type { Priority } from './task.js';
import type { UniqueRule } from './unique.js';

/** A valid request. Times in ms. */
export interface TaskInput {
  handler: string;
  queue: string;
  payload: Payload;
  when: { delay: number } | { runAt: number } | null;
  priority: Priority;
  options?: TaskOptions;
  /** What its unique key means where that is taken; absent: as `reject`. */
  unique?: UniqueRule;
  /** Its call is answered once under this key; `body`: what is asked, where that is more than this task. */
  once?: { key: string; body?: string };
  /** The trace that its call belongs to, as `traceText` writes it: no part of what is asked. */
  trace?: string;
  /** What its payload reads as, where that is known without reading it. */
  copy?: unknown;
}

export type TaskInputResult =
  | { ok: true; value: TaskInput }
  | { ok: false; code: ErrorCode; problems: Problem[] };

const readFields = keysOf(TASK_FIELDS, 'is not a field of a task');
const KEPT = Object.keys(KEPT_FIELDS) as (keyof typeof KEPT_FIELDS)[];

/** Reads one request; every problem is reported, none is guessed away. */
export function readTaskInput(raw: unknown): TaskInputResult {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return refused([{ path: [], detail: 'must be an object with at least a handler' }]);
  }
  const problems: FieldProblem[] = [];
  const values = readFields(raw, [], problems);
  const input = inputOf(values, raw as { [name in keyof TaskValues]: unknown }, problems);
  return input && problems.length === 0 ? { ok: true, value: input } : refused(problems);
}

/** What the fields come to together. */
function inputOf(
  values: TaskValues,
  raw: { [name in keyof TaskValues]: unknown },
  problems: FieldProblem[],
): TaskInput | null {
  const { handler, payload = '', queue = 'default', delay, runAt, priority = 'normal' } = values;
  const { unique, idempotencyKey } = values;
  if (unique && values.uniqueKey === undefined && !isGiven(raw, 'uniqueKey'))
    problems.push({ path: ['unique'], detail: 'needs a uniqueKey' });
  if (values.onParentDeath !== undefined && values.after === undefined && !isGiven(raw, 'after'))
    problems.push({ path: ['onParentDeath'], detail: 'needs parents: give their ids in after' });
  if (delay !== undefined && runAt !== undefined)
    problems.push({ path: ['runAt'], detail: 'give either delay or runAt, not both' });
  if (unique?.mode === 'debounce') {
    if (runAt !== undefined)
      problems.push({
        path: ['runAt'],
        detail: 'a debounced task is due when its calls have ended; leave it out',
      });
    else if (unique.for === undefined && !isGiven(raw, 'delay'))
      problems.push({ path: ['unique', 'for'], detail: 'is required by debounce where there is no delay' });
  }
  if (handler === undefined) {
    if (!isGiven(raw, 'handler')) problems.push({ path: ['handler'], detail: 'is required' });
    return null;
  }
  const when = delay !== undefined ? { delay } : runAt !== undefined ? { runAt } : null;
  const input: TaskInput = { handler, queue, payload, when, priority };
  for (const name of KEPT)
    if (values[name] !== undefined) input.options = { ...input.options, [name]: values[name] };
  if (unique && unique.mode !== 'reject') input.unique = unique;
  if (idempotencyKey !== undefined) input.once = { key: idempotencyKey };
  return input;
}

/** What only its prototype has was not asked for. */
function isGiven(raw: { [name in keyof TaskValues]: unknown }, name: keyof TaskValues): boolean {
  return Object.hasOwn(raw, name) && raw[name] !== undefined;
}

function refused(problems: readonly FieldProblem[]): TaskInputResult {
  return { ok: false, code: codeOf(problems), problems: problemsOf(problems) };
}

/**
 * A request of a handler, a payload and at most a queue, read without ceremony; null when the full reader must look,
 * because something about it is not plain or not right. Handler and payload are the first two arguments, whatever
 * `rest` has under their names.
 */
export function plainTaskInput(handler: unknown, payload: unknown, rest?: object): TaskInput | null {
  const queue = rest === undefined ? 'default' : onlyQueue(rest);
  if (queue === null || (queue !== last.queue && !isQueueName(queue))) return null;
  if (handler !== last.handler && !isHandlerName(handler)) return null;
  last.handler = handler;
  last.queue = queue;
  try {
    const copy = plainCopy(payload);
    const later = copy === undefined ? null : unwritten(copy, LARGEST_PAYLOAD);
    if (later) return { handler, queue, payload: later, when: null, priority: 'normal', copy };
    const text = payload === undefined ? '' : (JSON.stringify(payload) as string | undefined);
    if (text === undefined || text.length * 3 > LARGEST_PAYLOAD) return null;
    return { handler, queue, payload: text, when: null, priority: 'normal', copy };
  } catch {
    return null;
  }
}

/** The last names that were found valid: most calls repeat them. */
const last = { handler: '', queue: 'default' };

/** The queue, when nothing else is given. */
function onlyQueue(rest: object): string | null {
  for (const key in rest) if (key !== 'queue' && key !== 'handler' && key !== 'payload') return null;
  if (!Object.hasOwn(rest, 'queue')) return 'default';
  const { queue } = rest as { queue?: unknown };
  return typeof queue === 'string' ? queue : null;
}

/** Problems that only show once the present time is known; null when there is none. `now` is Redis time, ms. */
export function tooFarAhead(input: TaskInput, now: number): Problem | null {
  if (input.when && 'runAt' in input.when && input.when.runAt > now + LONGEST_DELAY) {
    return { pointer: '/runAt', detail: `must be at most ${LONGEST_DELAY_TEXT} ahead` };
  }
  return null;
}

/** The same request, made in this trace. */
export function inTrace(input: TaskInput, trace: string | undefined): TaskInput {
  return trace === undefined ? input : { ...input, trace };
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
  /** Never decoded by the store. */
  payload: Payload;
  options?: TaskOptions;
  /** What its unique key means where that is taken; absent: as `reject`. */
  unique?: UniqueRule;
  /** Its call is answered once: under which key, and digests of that and of what was asked. */
  once?: { key: string; body: string };
  /** Of its parents (`options.after`) those that it waits for. */
  parents?: readonly ParentName[];
}

/** A task that another one waits for, and where it is. */
export interface ParentName {
  id: string;
  queue: string;
}

/** The task `input` asks for; `now` is Redis time, ms. `parents`: whom it waits for. */
export function draftOf(
  input: TaskInput,
  id: string,
  now: number,
  parents?: readonly ParentName[],
  once?: TaskDraft['once'],
): TaskDraft {
  const due = dueOf(input, now);
  const draft: TaskDraft = {
    id,
    handler: input.handler,
    priority: input.priority,
    due,
    createdAt: now,
    payload: input.payload,
  };
  if (input.options) draft.options = input.options;
  if (input.trace !== undefined) draft.options = { ...input.options, trace: input.trace };
  if (parents && parents.length > 0) draft.parents = parents;
  if (once) draft.once = once;
  if (input.unique) draft.unique = input.unique;
  return draft;
}

/** 0: now. A debounced task waits for the last call, and no longer than it may. */
function dueOf({ when, unique }: TaskInput, now: number): number {
  const delay = when && 'delay' in when ? when.delay : 0;
  if (unique?.mode === 'debounce') {
    const { for: wait = delay, maxWait = wait } = unique;
    return now + Math.min(wait, maxWait);
  }
  return when === null ? 0 : 'delay' in when ? now + delay : when.runAt;
}
