/** From what was gathered to the file and its report: nothing gets into the file that our own reader would refuse. */

import { CarillonError } from '../../domain/input/errors.js';
import { pointerOf } from '../../domain/input/readers.js';
import { readDefaults, readDefinition } from '../../domain/schedule/definition.js';
import type { ScheduleDefinition } from '../../domain/schedule/schedule.js';
import { clockNotes } from './clock-notes.js';
import type { Draft, DraftFields, Gathered, Remark } from './draft.js';
import { writeFile } from './write.js';

export interface Imported {
  /** The text of a schedule file. */
  file: string;
  /** Those about one schedule first, in the order of the file. */
  report: Remark[];
}

export function finish(gathered: Gathered, comments: readonly string[]): Imported {
  const { drafts, defaults, now } = gathered;
  const read = readDefaults(defaults);
  if (read.problems.length > 0) {
    const wrong = read.problems.map(({ path, detail }) => ({
      pointer: pointerOf(['defaults', ...path]),
      detail,
    }));
    throw new CarillonError('invalid_input', 'What all schedules share cannot be written here.', wrong);
  }
  const kept = drafts.filter((draft) => {
    const reading = readDefinition(draft.id, draft.fields, { defaults: read.defaults });
    if ('problems' in reading) {
      const wrong = reading.problems.map(({ path, detail }) => [...path, detail].join(': '));
      gathered.refuse(draft.id, wrong.join('; '));
      return false;
    }
    remarkOnClocks(gathered, draft, reading.definition);
    remarkOnPast(gathered, reading.definition, now);
    return true;
  });
  const { defaults: all, drafts: written } = shared(gathered, kept);
  return { file: writeFile(comments, all, written), report: gathered.report() };
}

/** Only where the rule of the source is known, and the zone is. */
function remarkOnClocks(gathered: Gathered, { id, fields }: Draft, { spec }: ScheduleDefinition): void {
  const ruled = fields['dst'] !== undefined || gathered.defaults['dst'] !== undefined;
  if (!ruled || spec.kind !== 'cron') return;
  for (const note of clockNotes(spec, gathered.now)) gathered.remark('note', note, id);
}

function remarkOnPast(gathered: Gathered, { id, endAt, spec }: ScheduleDefinition, now: number): void {
  const past =
    endAt !== undefined && endAt <= now ? endAt : spec.kind === 'at' && spec.at <= now ? spec.at : null;
  if (past === null) return;
  gathered.remark('warn', `it ended at ${new Date(past).toISOString()}: it will not run`, id);
}

/** What means something for crons only. */
const OF_CRONS = ['dst', 'timezone'];

/** A field that says the same wherever it means something belongs to the defaults. */
function shared(
  gathered: Gathered,
  given: readonly Draft[],
): { defaults: DraftFields; drafts: readonly Draft[] } {
  let { defaults } = gathered;
  let drafts = given;
  for (const name of gathered.common) {
    const concerned = drafts.filter(({ fields }) => !OF_CRONS.includes(name) || fields['cron'] !== undefined);
    const written = new Set(concerned.map(({ fields }) => JSON.stringify(fields[name])));
    const value = concerned[0]?.fields[name];
    if (written.size !== 1 || value === undefined) continue;
    defaults = { ...defaults, [name]: value };
    drafts = drafts.map((draft) => ({ ...draft, fields: without(draft.fields, name) }));
  }
  return { defaults, drafts };
}

function without(fields: DraftFields, name: string): DraftFields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
}
