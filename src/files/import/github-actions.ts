/** Workflows of GitHub Actions that run on a schedule. */

import { cronFor, GITHUB } from './cron.js';
import { type DraftFields, type Gathered, type SourceText, zoneFrom } from './draft.js';
import { secondsFrom } from './lengths.js';
import { handlerFrom, idFrom } from './names.js';
import { type Fields, fieldsOf, isFields, listOf, textOf } from './values.js';
import { readYaml } from './yaml.js';

/** Minutes. */
const DEFAULT_TIMEOUT = 360;

interface Timed {
  cron: string;
  timezone?: string;
}

export function importGithubActions(gathered: Gathered, sources: readonly SourceText[]): number {
  let found = 0;
  for (const source of sources) {
    for (const document of readYaml(gathered, source, { version: '1.2' })) {
      if (isFields(document)) found += readWorkflow(gathered, source, document);
    }
  }
  gathered.common = ['overlap', 'timeout', 'timezone'];
  return found;
}

function readWorkflow(gathered: Gathered, { path, text }: SourceText, workflow: Fields): number {
  const entries = listOf(fieldsOf(workflow['on'])['schedule']).map(fieldsOf);
  if (entries.length === 0) return 0;
  const name = textOf(workflow['name']) ?? path.replace(/^.*[\\/]/, '').replace(/\.ya?ml$/, '');
  const handler = handlerFrom(idFrom(name));
  const policies = {
    overlap: overlapOf(workflow['concurrency']),
    timeout: timeoutOf(gathered, name, fieldsOf(workflow['jobs'])),
  };
  const zones = new Set(entries.map((entry) => textOf(entry['timezone'])));
  const asks = /github\.event\.schedule/.test(text);
  if (entries.length > 1 && zones.size === 1 && !asks && entries.every((entry) => textOf(entry['cron']))) {
    gathered.schedule(name, (id) => {
      const timed = entries.map((entry) => readEntry(gathered, id, entry));
      const timezone = timed[0]?.timezone;
      return { fields: { handler, cron: timed.map(({ cron }) => cron), timezone, ...policies } };
    });
    return 1;
  }
  for (const entry of entries) {
    gathered.schedule(name, (id) => {
      const { cron, timezone } = readEntry(gathered, id, entry);
      return { fields: { handler, cron, timezone, ...policies } satisfies DraftFields };
    });
  }
  if (entries.length > 1) {
    const why = asks ? 'it asks for github.event.schedule' : 'zones differ';
    const text = `one workflow, ${entries.length} schedules; ${why}, so no list of crons; the expression that fired is in github.event.schedule there, the id in ctx.schedule here`;
    gathered.remark('note', text);
  }
  return entries.length;
}

function readEntry(gathered: Gathered, id: string, entry: Fields): Timed {
  const zone = textOf(entry['timezone']);
  const { cron } = cronFor(gathered, id, textOf(entry['cron']) ?? '', GITHUB);
  return { cron, ...(zone === undefined ? {} : { timezone: zoneFrom(zone) }) };
}

/** Runs of one group: the later one cancels the earlier, or waits, and of those that wait the latest stays. */
function overlapOf(concurrency: unknown): string {
  if (typeof concurrency === 'string') return 'wait';
  if (!isFields(concurrency)) return 'allow';
  return concurrency['cancel-in-progress'] === true ? 'replace' : 'wait';
}

/** As long as the longest chain of its parts may take; undefined where none of them says so. */
function timeoutOf(gathered: Gathered, name: string, parts: Fields): string | undefined {
  const limits = new Map(
    Object.entries(parts).map(([key, part]) => [key, Number(fieldsOf(part)['timeout-minutes'])]),
  );
  if (![...limits.values()].some((minutes) => minutes > 0)) return undefined;
  if (limits.size > 1) {
    gathered.remark(
      'note',
      `${name}: timeout is what its parts may take one behind the other, as they need each other`,
    );
  }
  const lengthOf = (key: string, above: readonly string[]): number => {
    const { needs } = fieldsOf(parts[key]);
    const before = typeof needs === 'string' ? [needs] : listOf(needs).map(String);
    const own = limits.get(key) ?? DEFAULT_TIMEOUT;
    const earlier = before.filter((one) => limits.has(one) && !above.includes(one));
    const longest = Math.max(0, ...earlier.map((one) => lengthOf(one, [...above, key])));
    return longest + (own > 0 ? own : DEFAULT_TIMEOUT);
  };
  const minutes = Math.max(...[...limits.keys()].map((key) => lengthOf(key, [])));
  return secondsFrom(minutes * 60);
}
