/** `cron(…)`, `rate(…)` and `at(…)` of EventBridge. */

import { cronFor, EVENTBRIDGE } from './cron.js';
import { type DraftFields, type Gathered, Refusal } from './draft.js';
import { everyFrom } from './lengths.js';
import { type Bounds, timeOf } from './years.js';

const UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries({ minute: 60_000, hour: 3_600_000, day: 86_400_000 }),
);

export function expressionOf(
  gathered: Gathered,
  id: string,
  expression: string,
  timezone: string,
): Bounds & { fields: DraftFields } {
  const [, kind = '', within = ''] = /^(cron|rate|at)\s*\((.*)\)$/s.exec(expression.trim()) ?? [];
  const inner = within.trim();
  if (kind === 'cron') {
    const { cron, ...bounds } = cronFor(gathered, id, inner, EVENTBRIDGE, timezone);
    return { fields: { cron }, ...bounds };
  }
  if (kind === 'rate') {
    const [, count = '0', unit = ''] = /^(\d+)\s+(minute|hour|day)s?$/.exec(inner) ?? [];
    const size = UNITS.get(unit);
    if (size === undefined) throw new Refusal(`${JSON.stringify(expression)} is no rate`);
    return { fields: { every: everyFrom(Number(count) * size) } };
  }
  if (kind === 'at') return { fields: { at: timeOf(inner, 1_000, timezone) } };
  throw new Refusal(`${JSON.stringify(expression)} is neither cron(…), rate(…) nor at(…)`);
}
