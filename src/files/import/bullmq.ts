/** What `queue.getJobSchedulers()` of BullMQ answers, as JSON. */

import { formatDuration, LONGEST_DELAY } from '../../domain/input/durations.js';
import { DEFAULT_RETRY } from '../../domain/task/retry.js';
import { MOST_ATTEMPTS } from '../../domain/task/retry-fields.js';
import { BULLMQ, cronFor } from './cron.js';
import { type DraftFields, type Gathered, Refusal, type SourceText, zoneFrom } from './draft.js';
import { readJson } from './json.js';
import { everyFrom } from './lengths.js';
import { handlerFrom } from './names.js';
import { type Fields, fieldsOf, isFields, listOf, textOf } from './values.js';
import { timeOf } from './years.js';

export function importBullmq(gathered: Gathered, sources: readonly SourceText[]): number {
  gathered.defaults = { overlap: 'allow' };
  const entries = sources.flatMap((source) => entriesOf(readJson(gathered, source)));
  for (const entry of entries) {
    const [key, own, made] = ['key', 'id', 'name'].map((field) => textOf(entry[field]));
    // Keys of repeatable ones, before there were schedulers, are put together of all they are.
    const name = (key?.includes('::') ? undefined : key) ?? own ?? made ?? key ?? 'schedule';
    gathered.schedule(name, (id) => ({ fields: readOne(gathered, id, entry, name) }));
  }
  if (entries.length > 0) {
    gathered.remark('note', 'the answer does not name its queue: set queue in defaults (default otherwise)');
    gathered.remark(
      'note',
      'without attempts nothing is tried again there, and 3 times here; retry in defaults says otherwise',
    );
  }
  return entries.length;
}

/** A list, or a list under a name of its own. */
function entriesOf(value: unknown): Fields[] {
  if (Array.isArray(value)) return value.filter(isFields);
  const top = fieldsOf(value);
  if (top['pattern'] !== undefined || top['every'] !== undefined) return [top];
  return Object.values(top).flatMap((one) => listOf(one).filter(isFields));
}

function readOne(gathered: Gathered, id: string, entry: Fields, key: string): DraftFields {
  const template = fieldsOf(entry['template']);
  const options = fieldsOf(template['opts']);
  const { data } = template;
  remarkOnOptions(gathered, id, options);
  const empty = data === undefined || data === null || (isFields(data) && Object.keys(data).length === 0);
  return {
    handler: handlerFrom(textOf(entry['name']) ?? key),
    ...readWhen(gathered, id, entry),
    ...readBounds(gathered, id, entry),
    retry: retryOf(gathered, id, options),
    payload: empty ? undefined : data,
  };
}

function readWhen(gathered: Gathered, id: string, entry: Fields): DraftFields {
  const pattern = textOf(entry['pattern']) ?? textOf(entry['cron']);
  const every = Number(entry['every'] ?? Number.NaN);
  if (pattern !== undefined) {
    const zone = textOf(entry['tz']);
    const { cron } = cronFor(gathered, id, pattern, BULLMQ);
    if (zone === undefined) gathered.remark('note', 'without tz the time is that of the process: UTC here');
    return { cron, timezone: zone === undefined ? undefined : zoneFrom(zone) };
  }
  if (Number.isNaN(every)) throw new Refusal('it has neither pattern nor every');
  const length = everyFrom(every);
  const next = Number(entry['next'] ?? Number.NaN);
  const offset = Number(entry['offset'] ?? Number.NaN);
  const phase = Number.isFinite(next) ? next % every : Number.isFinite(offset) ? offset % every : 0;
  return { every: length, phase: phase > 0 ? formatDuration(phase) : undefined };
}

function readBounds(gathered: Gathered, id: string, entry: Fields): DraftFields {
  const limit = Number(entry['limit'] ?? Number.NaN);
  const ran = Number(entry['iterationCount'] ?? 0);
  if (limit > 0 && ran > 0)
    gathered.remark('note', `${ran} of ${limit} runs are over: maxRuns counts the rest`, id);
  if (limit > 0 && limit <= ran) throw new Refusal(`all its ${limit} runs are over`);
  return {
    startAt: timeOf(entry['startDate'], 1),
    endAt: timeOf(entry['endDate'], 1),
    maxRuns: limit > 0 ? limit - ran : undefined,
  };
}

function retryOf(gathered: Gathered, id: string, options: Fields): DraftFields | undefined {
  const given = Number(options['attempts'] ?? 0);
  if (!(given >= 1)) return undefined;
  const maxAttempts = Math.min(given, MOST_ATTEMPTS);
  if (given > maxAttempts) gathered.remark('note', `attempts ${given}: here at most ${MOST_ATTEMPTS}`, id);
  const { backoff } = options;
  if (backoff === undefined || backoff === null) {
    if (maxAttempts > 1)
      gathered.remark('note', 'without backoff it is tried again at once there, here from 10s on', id);
    return { maxAttempts };
  }
  const { type = 'fixed', delay = 0 } = isFields(backoff) ? backoff : { delay: backoff };
  if (type !== 'fixed' && type !== 'exponential') {
    gathered.remark('warn', `backoff ${String(type)} is made in the worker: exponential here`, id);
    return { maxAttempts };
  }
  const first = Number(delay);
  // There it doubles without a bound.
  const last = type === 'fixed' ? first : Math.min(first * 2 ** (maxAttempts - 2), LONGEST_DELAY);
  const maxDelay = last > DEFAULT_RETRY.maxDelay ? { maxDelay: formatDuration(last) } : {};
  return { maxAttempts, backoff: type, delay: formatDuration(first), ...maxDelay };
}

/** How results are kept is a matter of the queue here. */
const KEPT = ['removeOnComplete', 'removeOnFail'];
/** Made by BullMQ for its own book-keeping, or read above. */
const READ = ['attempts', 'backoff', 'priority', 'repeat', 'jobId', 'timestamp', 'prevMillis'];

function remarkOnOptions(gathered: Gathered, id: string, options: Fields): void {
  const { priority } = options;
  if (Number(priority ?? 0) > 0) gathered.remarkOnPriority(id, priority, 'smaller is more urgent');
  if (KEPT.some((key) => options[key] !== undefined)) {
    gathered.remark('note', `${KEPT.join(', ')}: how long runs are kept is a setting of their queue here`);
  }
  const left = Object.keys(options).filter((key) => !KEPT.includes(key) && !READ.includes(key));
  if (left.length > 0) gathered.remark('note', `options without a counterpart: ${left.join(', ')}`, id);
}
