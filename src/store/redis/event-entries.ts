/**
 * Entries of the streams of events, as scripts write them: a word, and what it is about, with blanks between.
 *   enqueued id lane state (attempt) · started id lane attempt worker · progress id lane attempt json
 *   retrying id lane attempt state · completed|dead|cancelled id
 *   fired id (of a run) · passed schedule word from to count · schedule id changed|removed|paused|resumed · queue
 *   of the registry: joined|left worker · elected|resigned node · set name applied digest | held digest reason | invalid node · operation id · raised|cleared alert · opening queue
 *   begun: the stream begins here · opened: with its queue
 */

import type { Word } from '../../domain/schedule/words.js';
import type { TaskState } from '../../domain/task/task.js';
import {
  type Happened,
  type HappenedTask,
  type ScheduleMove,
  type SetTold,
  TASK_MOVES,
  type TaskMove,
} from '../contract/events.js';
import type { HeldReason } from '../contract/sets.js';

/** Entries that a stream keeps, about; lua/include/note.lua says the same. */
export const MOST_ENTRIES = 10_000;

export interface Entry {
  ms: number;
  number: number;
  /** '': of the registry. */
  queue: string;
  word: string;
  /** What stands behind the word. */
  rest: string;
}

export function entryOf(queue: string, place: string, text: string): Entry {
  const [ms = 0, number = 0] = place.split('-').map(Number);
  const blank = text.indexOf(' ');
  const word = blank < 0 ? text : text.slice(0, blank);
  return { ms, number, queue, word, rest: blank < 0 ? '' : text.slice(blank + 1) };
}

/** The type that listeners know it by, and the id of what it is about; null: it is told to nobody. */
export function aboutOf({ word, rest }: Entry): { type: string; id: string } | null {
  const [id = '', second = ''] = rest.split(' ', 2);
  if (TASK_WORDS.has(word)) return { type: `task.${word}`, id };
  if (word === 'fired') return { type: 'schedule.fired', id };
  if (word === 'passed') return { type: second === 'missed' ? 'schedule.missed' : 'schedule.skipped', id };
  if (word === 'set') return { type: `set.${second}`, id };
  if (word === 'schedule') return { type: `schedule.${second}`, id };
  const type = OTHERS[word];
  return type === undefined ? null : { type, id };
}

const TASK_WORDS = new Set<string>(TASK_MOVES);
const OTHERS: Readonly<Record<string, string>> = {
  queue: 'queue.changed',
  joined: 'worker.joined',
  left: 'worker.left',
  elected: 'leader.elected',
  resigned: 'leader.left',
  operation: 'operation.changed',
  raised: 'alert.raised',
  cleared: 'alert.cleared',
};

/** What is to be looked up of the task: how it ended, or the attempt of this number. */
export function lookOf({ word, rest }: Entry): { id: string; attempt: string } | null {
  const [id = '', , attempt = ''] = rest.split(' ', 3);
  if (word === 'retrying') return { id, attempt };
  if (word === 'fired') return { id, attempt: '' };
  return word === 'completed' || word === 'dead' || word === 'cancelled' ? { id, attempt: '' } : null;
}

export type Found = Pick<HappenedTask, 'handler' | 'record' | 'reason' | 'resultOmitted'>;

/** `handlerOf`: of a lane; `found`: what was looked up. */
export function happenedOf(
  { word, rest, queue }: Entry,
  handlerOf: (lane: string) => string,
  found: Found,
): Happened | null {
  const [id = '', lane = '', third = '', ...more] = rest.split(' ');
  const handler = handlerOf(lane);
  const task = (to: TaskMove, of: HappenedTask): Happened => ({ what: 'task', to, id, queue, task: of });
  switch (word) {
    case 'enqueued':
      return task(word, { handler, state: third as TaskState, attempt: Number(more[0] ?? 0) });
    case 'started':
      return task(word, { handler, state: 'running', attempt: Number(third), worker: more.join(' ') });
    case 'progress': {
      const progress = rest.slice(id.length + lane.length + third.length + 3);
      return task(word, { handler, state: 'running', attempt: Number(third), progress });
    }
    case 'retrying':
      return task(word, { ...found, handler, state: more[0] as TaskState, attempt: Number(third) });
    case 'completed':
    case 'dead':
    case 'cancelled':
      return task(word, { ...found, state: word, attempt: found.record?.attempt ?? 0 });
    case 'fired':
      return { what: 'run', to: word, id, queue, task: { ...found, state: 'ready', attempt: 0 } };
    case 'passed': {
      const [from = 0, to = 0, count = 0] = [third, ...more].map(Number);
      return { what: 'instants', schedule: id, queue, word: lane as Word, from, to, count };
    }
    case 'schedule':
      return { what: 'schedule', to: lane as ScheduleMove, schedule: id, queue };
    case 'queue':
      return { what: 'queue', queue };
    case 'joined':
    case 'left':
      return { what: 'worker', to: word, worker: rest };
    case 'elected':
      return { what: 'leader', to: 'elected', node: rest };
    case 'resigned':
      return { what: 'leader', to: 'left', node: rest };
    case 'set':
      return setOf(id, lane, [third, ...more]);
    case 'operation':
      return { what: 'operation', operation: rest };
    case 'raised':
    case 'cleared':
      return { what: 'alert', to: word, alert: rest };
    default:
      return null;
  }
}

function setOf(set: string, to: string, words: readonly string[]): Happened {
  const [first = '', second = ''] = words;
  if (to === 'invalid') return { what: 'set', set, to, node: words.join(' ') };
  if (to === 'held') return { what: 'set', set, to, digest: first, reason: second as HeldReason };
  return { what: 'set', set, to: 'applied', digest: first };
}

/** What stands behind the name of a set in its entry. */
export function setWords(told: SetTold): string {
  if (told.to === 'invalid') return `invalid ${told.node}`;
  return told.to === 'held' ? `held ${told.digest} ${told.reason}` : `applied ${told.digest}`;
}
