/** The shapes of statistics, for the OpenAPI description. */

import { COUNTERS, type Counter } from '../domain/stats/counts.js';
import { list, ref, text, time, whole } from './openapi-parts.js';

const length = { type: ['number', 'null'], minimum: 0 };
const lengths = (description: string) => ({
  type: 'object',
  description: `${description}, ms; null where there was none`,
  required: ['p50', 'p95', 'p99'],
  properties: { p50: length, p95: length, p99: length },
});

const COUNTED: Readonly<Record<Counter, string>> = {
  completed: 'tasks completed',
  failed: 'attempts that failed, timed out or were lost with their worker',
  dead: 'tasks that died',
  cancelled: 'tasks cancelled',
  enqueued: 'tasks made, by calls and by schedules',
  skipped: 'instants of schedules that were skipped or coalesced',
  missed: 'instants of schedules that were missed',
};

const figures = {
  ...Object.fromEntries(COUNTERS.map((name) => [name, { ...whole, description: COUNTED[name] }])),
  waitMs: lengths('from its due time to the first start of a task'),
  runMs: lengths('how long attempts ran'),
  latenessMs: lengths('the wait of what schedules have planned'),
};
const required = Object.keys(figures);

export const STATS_SCHEMAS = {
  StatsFigures: { type: 'object', required, properties: figures },
  Stats: {
    type: 'object',
    required: ['from', 'to', 'step', 'items', 'total'],
    properties: {
      from: time,
      to: time,
      step: text,
      items: list({ type: 'object', required: ['at', ...required], properties: { at: time, ...figures } }),
      total: ref('StatsFigures'),
      trimmedUntil: {
        ...time,
        description: 'what lies before was given up, because it took more room than it may',
      },
    },
  },
};
