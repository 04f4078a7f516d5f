/** What may be set for a queue: one table, from which validation, types and OpenAPI come. */

import type { Duration } from '../domain/input/durations.js';
import {
  about,
  duration,
  type FieldProblem,
  group,
  integer,
  isRecord,
  listOf,
  oneOf,
  type Reader,
  reader,
  saying,
} from '../domain/input/readers.js';
import { LARGEST_PAYLOAD, USUAL_RESULT } from '../domain/input/sizes.js';
import type { QueueSettings, RateRule } from '../store/contract/index.js';
import { retentionSetting } from './retention-setting.js';

/** A setting, or null for its default. */
function orDefault<Out, In>(read: Reader<Out, In>): Reader<Out | null, In | null> {
  return saying((raw, path, problems) => (raw === null ? null : read(raw, path, problems)), {
    schema: { anyOf: [read.schema ?? {}, { type: 'null' }] },
    word: `${read.word}|default`,
  });
}

/** Starts that are remembered for a rate: a list of them is read in Redis. */
const MOST_STARTS = 10_000;
const MOST_RATES = 8;

const length = duration(1);
const rule = group({
  limit: integer(1, MOST_STARTS),
  per: length,
  key: reader('true, or left out', (raw) => (raw === true ? raw : undefined), { schema: { const: true } }),
});
/** One rate; kept as it was given. */
const rate: Reader<RateRule, { limit: number; per: Duration; key?: true }> = saying(
  (raw, path, problems) => {
    const before = problems.length;
    const values = rule(raw, path, problems);
    for (const name of ['limit', 'per'] as const) {
      if (isRecord(raw) && raw[name] === undefined)
        problems.push({ path: [...path, name], detail: 'is required' });
    }
    if (!values || problems.length > before) return undefined;
    return raw as RateRule;
  },
  { schema: { ...rule.schema, required: ['limit', 'per'] }, word: 'json' },
);
const several = listOf(rate, MOST_RATES);
const rates: Reader<RateRule | RateRule[], RateGiven | readonly RateGiven[]> = saying(
  (raw, path, problems) => (Array.isArray(raw) ? several(raw, path, problems) : rate(raw, path, problems)),
  { schema: { anyOf: [rate.schema ?? {}, several.schema ?? {}] }, word: 'json' },
);
type RateGiven = NonNullable<typeof rate.takes>;

export const QUEUE_SETTINGS = {
  /** How many of its tasks may run at once, over all workers; default: no bound. */
  concurrency: about(
    orDefault(integer(1, 100_000)),
    'how many of its tasks may run at once, over all workers; by default no bound',
  ),
  /** Of each concurrency key. */
  keyConcurrency: about(
    orDefault(integer(1, 100_000)),
    'how many tasks with the same concurrency key may run at once, over all workers; by default no bound',
  ),
  keyOrder: about(
    orDefault(oneOf('loose', 'strict')),
    'strict: tasks with the same concurrency key run in order, one at a time; by default loose',
  ),
  rate: about(
    orDefault(rates),
    'at most so many starts in any stretch of time, {"limit":10,"per":"1s"}, of the queue or ("key":true) of each key; or a list of these',
  ),
  maxDepth: about(
    orDefault(integer(1, 1_000_000_000)),
    'how many of its tasks may wait, for time or for a worker; a further one is refused (queue_full); by default no bound',
  ),
  /** State by state. */
  retention: about(
    orDefault(retentionSetting),
    'how long its finished tasks are kept, by count and age for completed, cancelled and dead; by default 10000 or 7d, dead 100000 or 30d',
  ),
  /** How large the result of one of its tasks may be, bytes of JSON; default: 64 KiB. */
  resultLimit: about(
    orDefault(integer(1, LARGEST_PAYLOAD)),
    `how large a result may be, bytes of JSON, at most 1 MiB; by default ${USUAL_RESULT} (64 KiB)`,
  ),
};

/** What settings say that do not go together; `given`: those that were asked for. */
export function contradiction(settings: QueueSettings, given: object): FieldProblem | null {
  const { keyConcurrency = 1, keyOrder } = settings;
  if (keyOrder !== 'strict' || keyConcurrency === 1) return null;
  const path = ['keyConcurrency' in given ? 'keyConcurrency' : 'keyOrder'];
  return {
    path,
    detail: `strict order runs one task of a key at a time, and keyConcurrency is ${keyConcurrency}`,
  };
}
