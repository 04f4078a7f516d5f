/** A schedule as a schedule file has it. */

import type { ScheduleView } from '../../core/types.js';

const KEYS = [
  ...[
    'description',
    'owner',
    'handler',
    'payload',
    'cron',
    'every',
    'phase',
    'at',
    'timezone',
    'dst',
    'jitter',
  ],
  ...[
    'exclude',
    'startAt',
    'endAt',
    'maxRuns',
    'catchUp',
    'overlap',
    'timeout',
    'expiresIn',
    'retry',
    'expect',
  ],
  ...['pauseAfter', 'queue', 'priority', 'concurrencyKey', 'retention', 'enabled', 'labels'],
];

/** Values are JSON, which YAML reads; `${` would be a variable. */
export function asYaml(schedule: ScheduleView): string {
  const fields = schedule as unknown as Record<string, unknown>;
  const lines = KEYS.flatMap((key) => {
    const value = fields[key];
    const isUnsaid = value === undefined || value === null || JSON.stringify(value) === '{}';
    return isUnsaid ? [] : [`    ${key}: ${JSON.stringify(value).replaceAll('${', '$${')}`];
  });
  return `version: 1\nschedules:\n  ${schedule.id}:\n${lines.join('\n')}\n`;
}
