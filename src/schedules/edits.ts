/** Edits of schedules as people ask for them, once for client and API: what was given is read, edited, and shown. */

import { CarillonError } from '../domain/input/errors.js';
import { codeOf, refuse, warningsOf } from '../domain/input/read-fields.js';
import type { Values } from '../domain/input/readers.js';
import { untilAt } from '../domain/input/until.js';
import type { Warning } from '../domain/input/warnings.js';
import { readDefinition } from '../domain/schedule/definition.js';
import type { ScheduleDefinition, ScheduleSource } from '../domain/schedule/schedule.js';
import { timeOf } from '../store/contract/clock.js';
import type { ScheduleRow, Store } from '../store/contract/index.js';
import type { PAUSE, RESUME, SKIP } from './asked.js';
import {
  type EditOptions,
  type EditResult,
  pauseSchedule,
  putSchedule,
  removeSchedule,
  resumeSchedule,
  skipNext,
} from './edit.js';
import { refuseFinished } from './end.js';
import { foundSchedule, settledRow } from './settled.js';
import type { ScheduleView, Show } from './show.js';

/** Whom a schedule belongs to that no file declares. */
const OWNER: ScheduleSource = { kind: 'api', set: 'api' };

/** What the caller saw of the schedule, so that the edit happens to that or not at all. */
export type Seen = Pick<EditOptions, 'row' | 'revision'>;
/** Says what the caller saw; it may look and try again. */
export type Matching = (
  id: string,
  missing: 'stale' | 'unknown',
  edit: (seen: Seen) => Promise<EditResult>,
) => Promise<EditResult>;

export interface Put {
  view: ScheduleView;
  row: ScheduleRow;
  created: boolean;
  warnings: Warning[];
}

export interface ScheduleEdits {
  /** `raw`: the fields of a schedule file. Throws what is wrong with them, `conflict` where a file owns it. */
  put(id: string, raw: unknown, matching?: Matching): Promise<Put>;
  remove(id: string, matching?: Matching): Promise<void>;
  pause(id: string, fields: Values<typeof PAUSE>): Promise<ScheduleView>;
  /** What passed meanwhile stays unfired; nothing is skipped any more. */
  resume(id: string, fields?: Values<typeof RESUME>): Promise<ScheduleView>;
  /** The next instants do not fire, besides those that were to be skipped already. */
  skip(id: string, fields: Values<typeof SKIP>): Promise<ScheduleView>;
}

const anything: Matching = (_id, _missing, edit) => edit({});

/** `by`: who edits, as revisions tell; without a name it is the API. */
export function scheduleEdits(store: Store, show: Show, by?: string): ScheduleEdits {
  const sign = (who = by) => (who === undefined ? {} : { by: who });
  const signed = sign();
  return {
    async put(id, raw, matching = anything) {
      const now = await timeOf(store);
      const { definition, warnings } = readOwn(id, raw, now);
      const result = await matching(id, 'stale', (seen) =>
        putSchedule(store, definition, OWNER, now, { ...seen, ...signed }),
      );
      const other = result.row?.schedule.definition.id ?? id;
      if (result.word === 'conflict' && other !== id)
        refuseToTakeOver(id, other, result.row?.schedule.source);
      const row = settledRow(result);
      const created = result.word === 'created';
      const { formerly } = definition;
      const alone = created && formerly !== undefined && result.renamed === undefined;
      const notes = alone
        ? warningsOf([
            { path: ['formerly'], detail: `there is no ${formerly}: it is new`, code: 'not_renamed' },
          ])
        : [];
      return { view: await show.one(row), row, created, warnings: [...warnings, ...notes] };
    },

    async remove(id, matching = anything) {
      const now = await timeOf(store);
      const result = await matching(id, 'unknown', (seen) =>
        removeSchedule(store, id, now, { owner: OWNER, ...seen, ...signed }),
      );
      if (result.word !== 'removed') settledRow(result, 'remove it there');
    },

    async pause(id, { until, reason, by: who }) {
      const now = await timeOf(store);
      const end = untilAt(until, now);
      const row = await foundSchedule(store, id);
      // One whose last run still waits can be paused: that takes the run back.
      if ((await show.one(row)).state === 'finished') refuseFinished(row, now, 'there is nothing to pause');
      const wish = {
        ...(end === undefined ? {} : { until: end }),
        ...(reason === undefined ? {} : { reason }),
      };
      return show.one(settledRow(await pauseSchedule(store, id, wish, now, sign(who))));
    },

    async resume(id, { by: who } = {}) {
      return show.one(settledRow(await resumeSchedule(store, id, await timeOf(store), sign(who))));
    },

    async skip(id, { count = 1, by: who, reason }) {
      const how = { ...sign(who), ...(reason === undefined ? {} : { reason }) };
      return show.one(settledRow(await skipNext(store, id, count, await timeOf(store), how)));
    },
  };
}

function refuseToTakeOver(id: string, other: string, source: ScheduleSource | undefined): never {
  const owner = source?.kind === 'file' ? `the set ${source.set}` : 'somebody else';
  const detail = `${other} belongs to ${owner}: only what declares it can give it another id`;
  throw new CarillonError('conflict', `The schedule ${id} cannot go on as ${other}.`, [
    { pointer: '/formerly', detail },
  ]);
}

/** `raw`: the fields of a schedule file. Throws what is wrong with them. */
export function readOwn(
  id: string,
  raw: unknown,
  now: number,
): { definition: ScheduleDefinition; warnings: Warning[] } {
  const reading = readDefinition(id, raw, { now });
  if ('problems' in reading) return refuse(codeOf(reading.problems), reading.problems);
  if (reading.elsewhere) {
    return refuse('invalid_input', [
      { path: ['environments'], detail: 'belongs to schedule files: leave it out' },
    ]);
  }
  return { definition: reading.definition, warnings: warningsOf(reading.warnings) };
}
