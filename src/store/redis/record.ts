/**
 * Texts kept in Redis and read only here.
 *
 * Record of a task, written once: `<lane> <created, base 36> <wait, base 36> <length of options>|<options><payload>`;
 * wait = due − created at creation. The header of a plain task stays within 24 bytes.
 * Attempt: a JSON array `[attempt, worker, started, finished, outcome, result?, error?, lost?]`; history has one a line.
 * Of a lost one: when its worker was last heard of, and its machine, where that is known.
 * Ending: `c` or `d` and the last attempt, or `x`, the time, and then an attempt, a JSON string (reason) or nothing. Of
 * a task that was asked to stop: `x`, the time, the attempt, a line break, and the reason or nothing.
 */

import { CarillonError } from '../../domain/input/errors.js';
import { RUN_KINDS, readRunId } from '../../domain/schedule/run-id.js';
import type { Overlap } from '../../domain/schedule/schedule.js';
import { payloadText } from '../../domain/task/payload.js';
import type { Outcome, TaskError } from '../../domain/task/task.js';
import type { AttemptRecord, TaskDraft, TaskOptions } from '../contract/index.js';

/** Options of a task that has none. */
export const PLAIN: TaskOptions = Object.freeze({});

/** Stands between records where several travel as one text; JSON writes it escaped. */
export const SEPARATOR = '\x1e';

export function encodeTask(lane: string, draft: TaskDraft): string {
  checkPayload(draft);
  return encodeHead(lane, draft) + payloadText(draft.payload);
}

/** Throws where the payload is no JSON: nothing of it may look like what stands between records. */
export function checkPayload({ id, payload }: TaskDraft): void {
  // What is written here is JSON.
  if (typeof payload === 'string' && payload.includes(SEPARATOR))
    throw new CarillonError('invalid_input', `The payload of ${id} is no JSON: it has a control character`);
}

/** The record up to its payload. */
export function encodeHead(lane: string, { options, createdAt, due }: TaskDraft): string {
  const wait = due > createdAt ? (due - createdAt).toString(36) : '0';
  const before = `${lane} ${createdText(createdAt)} ${wait} `;
  if (!options) return `${before}0|`;
  const text = JSON.stringify(options.run ? packed(options) : options);
  return `${before}${Buffer.byteLength(text)}|${text}`;
}

const created = { at: Number.NaN, text: '' };

/** Tasks made together share their time: it is written out once. */
function createdText(at: number): string {
  if (at !== created.at) {
    created.at = at;
    created.text = at.toString(36);
  }
  return created.text;
}

export interface TaskRecord {
  lane: string;
  createdAt: number;
  dueAt: number;
  options: TaskOptions;
  payload: string;
}

/** `id`: the task's; a run's nominal time stands there. */
export function decodeTask(record: string, id: string): TaskRecord {
  const bar = record.indexOf('|');
  const [lane = '', created = '0', wait = '0', length = '0'] = record.slice(0, bar).split(' ');
  const createdAt = Number.parseInt(created, 36);
  const optionsEnd = bar + 1 + charactersOf(record, bar + 1, Number(length));
  return {
    lane,
    createdAt,
    dueAt: createdAt + Number.parseInt(wait, 36),
    options: length === '0' ? PLAIN : optionsOf(record.slice(bar + 1, optionsEnd), id),
    payload: record.slice(optionsEnd),
  };
}

/** Tasks of one kind have the same options and are claimed together: what was read last is not read again. */
let latest = { text: '', options: PLAIN };

function optionsOf(text: string, id: string): TaskOptions {
  if (text === latest.text) return latest.options;
  const options = JSON.parse(text) as Packed;
  if (options.run) return unpacked(options, id);
  latest = { text, options: Object.freeze(unpacked(options, id)) };
  return latest.options;
}

/** When it was first due, read without the rest: it is asked of every task that ends. */
export function dueIn(record: string): number {
  let [at, sum] = [0, 0];
  for (let part = 0; part < 3; part += 1) {
    let value = 0;
    for (let code = codeAt(record, at); code > BLANK; code = codeAt(record, at)) {
      value = value * 36 + (code <= NINE ? code - ZERO : code - BEFORE_A);
      at += 1;
    }
    // The first is the lane.
    if (part > 0) sum += value;
    at += 1;
  }
  return sum;
}
const [BLANK, ZERO, NINE, BEFORE_A] = [32, 48, 57, 87];

const { charCodeAt } = String.prototype;

/** Not called as a method: ioredis has a class that extends String, since which V8 looks methods of strings up. */
function codeAt(text: string, at: number): number {
  return charCodeAt.call(text, at);
}

/** Options with a run in few characters: the place of its kind, the length of its interval, missed, overlap. */
type Packed = Omit<TaskOptions, 'run'> & { run?: [number, (number | null)?, (number | null)?, Overlap?] };

function packed({ run, ...others }: TaskOptions): Packed {
  if (!run) return others;
  const { kind, nominal, from, missed, overlap } = run;
  const tuple = [RUN_KINDS.indexOf(kind), from === undefined ? undefined : nominal - from, missed, overlap];
  const last = tuple.findLastIndex((value) => value !== undefined);
  return { ...others, run: tuple.slice(0, last + 1) as NonNullable<Packed['run']> };
}

function unpacked({ run, ...others }: Packed, id: string): TaskOptions {
  if (!run) return others;
  const [kind, length = null, missed = null, overlap] = run;
  const nominal = readRunId(id)?.nominal ?? 0;
  return {
    ...others,
    run: {
      kind: RUN_KINDS[kind] ?? 'live',
      nominal,
      ...(length === null ? {} : { from: nominal - length }),
      ...(missed === null ? {} : { missed }),
      ...(overlap === undefined ? {} : { overlap }),
    },
  };
}

/** How many characters of `text` from `at` make `bytes` bytes of UTF-8 (the length is in bytes for Lua's sake). */
function charactersOf(text: string, at: number, bytes: number): number {
  const slice = text.slice(at, at + bytes);
  if (Buffer.byteLength(slice) === bytes) return bytes;
  return Buffer.from(slice, 'utf8').subarray(0, bytes).toString('utf8').length;
}

/** The last worker id written, as JSON: a process writes its own, again and again. */
let worker = '';
let workerText = '""';

export function encodeAttempt(record: AttemptRecord): string {
  if (record.worker !== worker) {
    worker = record.worker;
    workerText = JSON.stringify(worker);
  }
  const head = `[${record.attempt},${workerText},${record.startedAt},${record.finishedAt},"${record.outcome}"`;
  if (record.lost) {
    const { lastBeatAt, host } = record.lost;
    return `${head},null,${JSON.stringify(record.error ?? null)},${JSON.stringify([lastBeatAt, host])}]`;
  }
  if (record.error) return `${head},${record.result ?? 'null'},${JSON.stringify(record.error)}]`;
  return record.result === undefined ? `${head}]` : `${head},${record.result}]`;
}

type AttemptTuple = [
  ...[number, string, number, number, Outcome, unknown?, (TaskError | null)?],
  lost?: [lastBeatAt: number, host: string | null],
];

function attemptOf(tuple: AttemptTuple): AttemptRecord {
  const [attempt, worker, startedAt, finishedAt, outcome, result, error, lost] = tuple;
  return {
    attempt,
    worker,
    startedAt,
    finishedAt,
    outcome,
    ...(tuple.length > 5 && !((error || lost) && result === null) ? { result: JSON.stringify(result) } : {}),
    ...(error ? { error } : {}),
    ...(lost ? { lost: { ...(lost[1] === null ? {} : { host: lost[1] }), lastBeatAt: lost[0] } } : {}),
  };
}

export function decodeHistory(history: string): AttemptRecord[] {
  return history === '' ? [] : history.split('\n').map((line) => attemptOf(JSON.parse(line) as AttemptTuple));
}

export interface EndingFacts {
  state: 'completed' | 'dead' | 'cancelled';
  finishedAt: number;
  last?: AttemptRecord;
  reason?: string;
}

export function encodeEnding(state: EndingFacts['state'], record: AttemptRecord): string {
  if (state === 'cancelled') return `x${record.finishedAt}${encodeAttempt(record)}`;
  return `${state === 'dead' ? 'd' : 'c'}${encodeAttempt(record)}`;
}

export function decodeEnding(ending: string): EndingFacts {
  if (ending[0] === 'x') {
    const digits = /^\d+/.exec(ending.slice(1))?.[0] ?? '0';
    const [rest = '', why = ''] = ending.slice(1 + digits.length).split('\n');
    const value = rest === '' ? undefined : (JSON.parse(rest) as AttemptTuple | string);
    return {
      state: 'cancelled',
      finishedAt: Number(digits),
      ...(typeof value === 'string' ? { reason: value } : {}),
      ...(why === '' ? {} : { reason: JSON.parse(why) as string }),
      ...(Array.isArray(value) ? { last: attemptOf(value) } : {}),
    };
  }
  const last = attemptOf(JSON.parse(ending.slice(1)) as AttemptTuple);
  return { state: ending[0] === 'd' ? 'dead' : 'completed', finishedAt: last.finishedAt, last };
}
