/** Every format there is, by its name on the command line, and the one way in: texts to a schedule file and a report. */

import { CarillonError } from '../../domain/input/errors.js';
import { suggestion } from '../../domain/input/suggestions.js';
import { importBullmq } from './bullmq.js';
import { importCelery } from './celery.js';
import { importCrontab } from './crontab.js';
import { Gathered, type SourceText } from './draft.js';
import { importEventbridge } from './eventbridge.js';
import { finish, type Imported } from './finish.js';
import { importGithubActions } from './github-actions.js';
import { importKubernetes } from './kubernetes.js';
import { importQuartz } from './quartz.js';
import { importSidekiqCron } from './sidekiq-cron.js';
import { importSolidQueue } from './solid-queue.js';

interface Format {
  /** Answers how many schedules it saw, those it refused included. */
  read(gathered: Gathered, sources: readonly SourceText[]): number;
  /** What it looks for, for the message when there is none. */
  wants: string;
}

export const FORMATS = {
  crontab: { read: importCrontab, wants: 'an entry' },
  k8s: { read: importKubernetes, wants: 'a CronJob' },
  'sidekiq-cron': { read: importSidekiqCron, wants: 'an entry with class and cron' },
  'solid-queue': { read: importSolidQueue, wants: 'a recurring task with schedule' },
  celery: { read: importCelery, wants: 'a literal beat_schedule' },
  bullmq: { read: importBullmq, wants: 'a scheduler' },
  quartz: { read: importQuartz, wants: 'a trigger or @Scheduled' },
  eventbridge: { read: importEventbridge, wants: 'a schedule, or a rule with ScheduleExpression' },
  'github-actions': { read: importGithubActions, wants: 'a workflow with on.schedule' },
} satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;

/** Throws `usage` with those there are. */
export function formatOf(name: string): FormatName {
  if (Object.hasOwn(FORMATS, name)) return name as FormatName;
  const known = Object.keys(FORMATS);
  throw new CarillonError(
    'usage',
    `There is no format "${name}"${suggestion(name, known)}. There are ${known.join(', ')}.`,
  );
}

export interface ImportOptions {
  /** ms. */
  now: number;
  /** Nothing of the file runs anything until that is taken out: `enabled: shadow` stands in its defaults. */
  shadow?: boolean;
}

/** Throws `invalid_input` for what cannot be read, or holds no schedule at all. */
export function importTexts(
  format: FormatName,
  given: readonly SourceText[],
  { now, shadow = false }: ImportOptions,
): Imported {
  const { read, wants }: Format = FORMATS[format];
  const sources = given.map(({ path, text }) => ({
    path,
    text: text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'),
  }));
  const gathered = new Gathered(now);
  const found = counted(() => read(gathered, sources));
  if (found === 0) {
    const names = sources.map(({ path }) => path).join(', ');
    throw new CarillonError('invalid_input', `Nothing to import: there is not ${wants} in ${names}.`);
  }
  if (shadow) gathered.defaults = { ...gathered.defaults, enabled: 'shadow' };
  return finish(gathered, [
    `yaml-language-server: $schema=../node_modules/carillon/schedules/schema.json`,
    `Imported from ${format}.`,
  ]);
}

/** Brackets in brackets in brackets end the stack and not the process. */
function counted(read: () => number): number {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CarillonError('invalid_input', 'It is nested too deeply to be read.');
  }
}
