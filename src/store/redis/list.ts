/** Lists on Redis: pages of one partition, each in one script, from a place that is still right when tasks have moved. */

import { CarillonError } from '../../domain/input/errors.js';
import { LARGEST_BODY, MIB } from '../../domain/input/sizes.js';
import { PRIORITIES, TASK_STATES, type TaskState } from '../../domain/task/task.js';
import type { ListPage, ListRange, TaskFacts } from '../contract/index.js';
import type { Connection, Reply } from './connection.js';
import { FACT_FIELDS, factsOf } from './facts.js';
import type { Lane, Partition } from './partition.js';
import { withLanes } from './with-lanes.js';

/** Looked at for one page where the caller sets no bound. */
const MOST_SCANNED = 5_000;
/** Bytes of records, results and histories read for one page, about. */
const MOST_BYTES = LARGEST_BODY;
/** The same where a text is looked for in all of them, which takes longer. */
const MOST_SEARCHED = MIB;
/** Fields of one task in the reply: its id, its place, its facts. */
const FIELDS = 4 + FACT_FIELDS;

/** What stands last on a page: in which state, in which part of it, at what score or index, and what it is. */
interface Place {
  state: TaskState;
  part: string;
  number: string;
  last: string;
}

export async function list(
  connection: Connection,
  partition: Partition,
  asked: TaskState | readonly TaskState[],
  limit: number,
  cursor: string | undefined,
  range: ListRange = {},
): Promise<ListPage> {
  const states = typeof asked === 'string' ? [asked] : asked;
  const place = cursor === undefined ? undefined : decodePlace(cursor, states);
  const from = place ? states.indexOf(place.state) : 0;
  const { handler, schedules = [], text = '', scan = MOST_SCANNED } = range;
  const ask = (): Promise<Reply> => {
    const lanes = inOrder(partition.lanes);
    const wanted = handler === undefined ? null : lanes.filter((lane) => lane.handler === handler);
    return connection.call('list', partition, {
      known: partition.lanesKnown,
      ordered: codes(place?.state === 'ready' ? lanesFrom(lanes, place.part) : lanes),
      states: states.slice(from).join(' '),
      limit,
      scan,
      bytes: text === '' ? MOST_BYTES : MOST_SEARCHED,
      // A handler that no lane has: no lane is the one asked for.
      wanted: wanted === null ? '' : ` ${codes(wanted)} `,
      schedules: schedules.map((schedule) => `${schedule}@`).join(' '),
      text,
      named:
        text === '' ? '' : ` ${codes(lanes.filter((lane) => lane.handler.toLowerCase().includes(text)))} `,
      part: place?.part ?? '',
      number: place?.number ?? '',
      last: place?.last ?? '',
    });
  };
  return pageOf(connection, partition, await withLanes(connection, partition, ask));
}

async function pageOf(connection: Connection, partition: Partition, reply: Reply): Promise<ListPage> {
  const [, scanned, left] = reply;
  const state = String(left) as TaskState | '';
  const texts = reply.slice(3).map((field) => String(field ?? ''));
  const [part = '', number = '', last = ''] = state === '' ? [] : texts.splice(-3);
  const items: TaskFacts[] = [];
  const cursors: string[] = [];
  for (let at = 0; at < texts.length; at += FIELDS) {
    const [id = '', ...fields] = texts.slice(at, at + FIELDS);
    const [itsPart = '', itsNumber = '', itsLast = ''] = fields;
    const facts = await factsOf(connection, partition, id, fields.slice(3));
    items.push(facts);
    cursors.push(encodePlace({ state: facts.state, part: itsPart, number: itsNumber, last: itsLast }));
  }
  const nextCursor = state === '' ? null : encodePlace({ state, part, number, last });
  return { items, cursors, nextCursor, scanned: Number(scanned) };
}

/** By priority, then by code: an order that stays when lanes come and go. */
function inOrder(lanes: readonly Lane[]): Lane[] {
  return lanes.toSorted((a, b) => rank(a) - rank(b) || (a.code < b.code ? -1 : 1));
}

function rank({ priority }: Lane): number {
  return PRIORITIES.indexOf(priority);
}

function lanesFrom(lanes: readonly Lane[], code: string): readonly Lane[] {
  return lanes.slice(
    Math.max(
      0,
      lanes.findIndex((lane) => lane.code === code),
    ),
  );
}

function codes(lanes: readonly Lane[]): string {
  return lanes.map(({ code }) => code).join(' ');
}

function encodePlace({ state, part, number, last }: Place): string {
  return JSON.stringify([state, part, number, last]);
}

/** A place says nothing that a script could not take, whoever wrote it. */
function decodePlace(cursor: string, states: readonly TaskState[]): Place {
  try {
    const place: unknown = JSON.parse(cursor);
    if (Array.isArray(place) && place.length === 4 && place.every((one) => typeof one === 'string')) {
      const [state = '', part = '', number = '', last = ''] = place as string[];
      const known = TASK_STATES.find((one) => one === state);
      const sound = part.length <= LONGEST && last.length <= LONGEST && NUMBERS.test(number);
      if (known && states.includes(known) && sound && (last === '' || fits(known, part, number, last))) {
        return { state: known, part, number, last };
      }
    }
  } catch {
    // Said below: whatever is wrong with it, it is no cursor of ours.
  }
  throw new CarillonError('invalid_input', 'The cursor is none of this list.', [
    { pointer: '/cursor', detail: 'must be the nextCursor of a page of the same list' },
  ]);
}

const LONGEST = 1_024;
/** A score or an index, as scripts answer it: whole numbers that are exact, or a fraction of a ms. */
const NUMBERS = /^(?:\d{1,16}(?:\.\d{1,6})?)?$/;
const INDEX = /^\d{1,15}$/;
/** Or of a task with a concurrency key its stamp (µs). */
const STAMP = /^\d{1,16}$/;

function fits(state: TaskState, part: string, number: string, last: string): boolean {
  if (state === 'running') return part !== '' && number === '';
  if (state === 'ready') return (/^[@+]?\w+$/.test(part) || /^[#%&]\w+:/.test(part)) && STAMP.test(number);
  if (state === 'scheduled' && (part === 'late' || part === 'parked'))
    return number === '' && last.includes(':');
  // Those with a retention of their own that stand aside.
  const aside = part === 'kept' && (state === 'completed' || state === 'dead' || state === 'cancelled');
  if (aside) return number !== '';
  if (state === 'scheduled' && part === 'children') return number !== '' && last.includes(':');
  if (part !== '' || number === '') return false;
  if (state === 'completed') return INDEX.test(number);
  return state === 'dead' || state === 'cancelled' || last.includes(':');
}
