/** A task as people see it, from what the store knows of it. */

import { formatInstant } from '../domain/input/instants.js';
import { type RunKind, readRunId } from '../domain/schedule/run-id.js';
import { makerIn } from '../domain/task/maker.js';
import { payloadText } from '../domain/task/payload.js';
import { DEFAULT_RETRY } from '../domain/task/retry.js';
import type { Task, TaskAttempt } from '../domain/task/task.js';
import { parentIn } from '../domain/task/trace.js';
import type { AttemptRecord, TaskDraft, TaskFacts, TaskOptions } from '../store/contract/index.js';

/** The schedule and nominal time in the id of a run; null for other tasks. */
export function occurrenceOf(id: string): { id: string; nominal: number } | null {
  const run = readRunId(id);
  return run && { id: run.schedule, nominal: run.nominal };
}

/** The schedule that made a task, the instant it is for and in which way; null for a task of a call. */
export function runOf(
  id: string,
  options: TaskOptions,
): { schedule: string; nominal: number; kind: RunKind } | null {
  const read = readRunId(id);
  return read && { ...read, kind: options.run?.kind ?? read.kind ?? 'live' };
}

export function taskView(facts: TaskFacts): Task {
  const last = facts.history.at(-1);
  const started = facts.held?.startedAt ?? last?.startedAt;
  const run = runOf(facts.id, facts.options);
  return {
    id: facts.id,
    handler: facts.handler,
    queue: facts.queue,
    payload: facts.payload === '' ? null : (JSON.parse(facts.payload) as unknown),
    state: facts.state,
    priority: facts.priority,
    dueAt: formatInstant(facts.dueAt),
    createdAt: formatInstant(facts.createdAt),
    attempt: facts.attempt,
    failures: facts.failures,
    maxAttempts: facts.options.retry?.maxAttempts ?? DEFAULT_RETRY.maxAttempts,
    ...(started === undefined ? {} : { startedAt: formatInstant(started) }),
    ...(facts.finishedAt === undefined ? {} : { finishedAt: formatInstant(facts.finishedAt) }),
    ...(facts.state === 'completed' && last?.result !== undefined
      ? { result: JSON.parse(last.result) as unknown }
      : {}),
    ...(facts.state !== 'completed' && last?.error ? { error: last.error } : {}),
    ...(facts.progress === undefined ? {} : { progress: JSON.parse(facts.progress) as unknown }),
    ...(facts.reason === undefined ? {} : { reason: facts.reason }),
    ...(facts.cancelRequested ? { cancelRequested: true } : {}),
    ...(facts.options.after ? { parents: [...facts.options.after] } : {}),
    ...(facts.waitingFor ? { waitingFor: facts.waitingFor } : {}),
    ...(facts.unroutable ? { unroutable: true } : {}),
    ...keysOf(facts.options),
    labels: { ...facts.options.labels },
    ...(run ? { schedule: { id: run.schedule, nominalAt: formatInstant(run.nominal), kind: run.kind } } : {}),
    attempts: [...facts.history.map(attemptView), ...(facts.held ? [runningView(facts.held)] : [])],
  };
}

const NO_KEYS: Pick<Task, 'uniqueKey' | 'concurrencyKey' | 'traceparent' | 'madeBy'> = {};

function keysOf(options: TaskOptions | undefined): typeof NO_KEYS {
  if (options === undefined) return NO_KEYS;
  const { uniqueKey, concurrencyKey, trace, madeBy } = options;
  if ((uniqueKey ?? concurrencyKey ?? trace ?? madeBy) === undefined) return NO_KEYS;
  return {
    ...(uniqueKey === undefined ? {} : { uniqueKey }),
    ...(concurrencyKey === undefined ? {} : { concurrencyKey }),
    ...(trace === undefined ? {} : { traceparent: parentIn(trace) }),
    ...(madeBy === undefined ? {} : { madeBy: makerIn(madeBy) }),
  };
}

/**
 * The JSON of `taskView`, with `more` fields. Payload and result are put in as the texts they are: a number that no
 * program of ours can hold stays the number that was sent.
 */
export function taskText(facts: TaskFacts, more: Partial<Task> = {}): string {
  const { payload: _, result: __, ...view } = taskView({ ...facts, payload: '' });
  const result = facts.state === 'completed' ? facts.history.at(-1)?.result : undefined;
  const texts = `"payload":${facts.payload || 'null'}${result === undefined ? '' : `,"result":${result}`}`;
  return `${JSON.stringify({ ...view, ...more }).slice(0, -1)},${texts}}`;
}

/**
 * `taskView` of a task that has just entered the road, written out because a busy process makes many thousands a second.
 * `copy`: what the payload reads as, where that is known.
 */
export function createdView(queue: string, draft: TaskDraft, now: number, copy?: unknown): Task {
  return {
    id: draft.id,
    handler: draft.handler,
    queue,
    payload: draft.payload === '' ? null : (copy ?? (JSON.parse(payloadText(draft.payload)) as unknown)),
    state: draft.due <= now ? 'ready' : 'scheduled',
    priority: draft.priority,
    dueAt: dueText(Math.max(draft.due, draft.createdAt)),
    createdAt: createdText(draft.createdAt),
    attempt: 0,
    failures: 0,
    maxAttempts: draft.options?.retry?.maxAttempts ?? DEFAULT_RETRY.maxAttempts,
    ...keysOf(draft.options),
    labels: draft.options?.labels ?? {},
    ...(draft.options?.after ? { parents: draft.options.after } : {}),
    attempts: [],
  };
}

/** The JSON of `createdView`, with the payload as the text it is; names need no escaping. */
export function createdJson(queue: string, draft: TaskDraft, now: number): string {
  const { id, handler, priority, due, createdAt, payload, options = {} } = draft;
  const state = due <= now ? 'ready' : 'scheduled';
  const attempts = options.retry?.maxAttempts ?? DEFAULT_RETRY.maxAttempts;
  const keys = keysOf(options);
  const key = keys === NO_KEYS ? '' : `${JSON.stringify(keys).slice(1, -1)},`;
  const labels = options.labels === undefined ? '{}' : JSON.stringify(options.labels);
  const parents = options.after === undefined ? '' : `"parents":${JSON.stringify(options.after)},`;
  const times = `"dueAt":"${dueText(Math.max(due, createdAt))}","createdAt":"${createdText(createdAt)}"`;
  const counts = `"attempt":0,"failures":0,"maxAttempts":${attempts}`;
  const names = `"id":"${id}","handler":"${handler}","queue":"${queue}","state":"${state}","priority":"${priority}"`;
  return `{${names},${times},${counts},${key}${parents}"labels":${labels},"attempts":[],"payload":${payloadText(payload) || 'null'}}`;
}

const dueText = sharedText();
const createdText = sharedText();

/** Writes instants as text and remembers the latest: tasks created together share theirs. */
function sharedText(): (ms: number) => string {
  let latest = Number.NaN;
  let text = '';
  return (ms) => {
    if (ms !== latest) {
      latest = ms;
      text = formatInstant(ms);
    }
    return text;
  };
}

function runningView({ attempt, worker, startedAt }: NonNullable<TaskFacts['held']>): TaskAttempt {
  return { attempt, worker, startedAt: formatInstant(startedAt), outcome: 'running' };
}

function attemptView(record: AttemptRecord): TaskAttempt {
  return {
    attempt: record.attempt,
    worker: record.worker,
    startedAt: formatInstant(record.startedAt),
    finishedAt: formatInstant(record.finishedAt),
    outcome: record.outcome,
    ...(record.error ? { error: record.error } : {}),
    ...lostView(record),
  };
}

function lostView({ lost }: AttemptRecord): Pick<TaskAttempt, 'host' | 'lastBeatAt'> {
  if (!lost) return {};
  return {
    ...(lost.host === undefined ? {} : { host: lost.host }),
    lastBeatAt: formatInstant(lost.lastBeatAt),
  };
}
