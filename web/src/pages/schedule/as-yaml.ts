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

/** As it stands under its id in a schedule file; `${` would be a variable there. */
export function asYaml(schedule: ScheduleView): string {
  const lines = definitionLines(schedule).map((line) => `    ${line.replaceAll('${', () => '$${')}`);
  return `version: 1\nschedules:\n  ${schedule.id}:\n${lines.join('\n')}\n`;
}

/** Each key on a line of its own; values are JSON, which YAML reads. */
export function definitionLines(schedule: ScheduleView): string[] {
  const fields = schedule as unknown as Record<string, unknown>;
  return KEYS.flatMap((key) => {
    const value = fields[key];
    const isUnsaid = value === undefined || value === null || JSON.stringify(value) === '{}';
    return isUnsaid ? [] : [`${key}: ${JSON.stringify(value)}`];
  });
}
