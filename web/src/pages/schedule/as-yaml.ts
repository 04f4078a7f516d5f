/** A schedule as a schedule file has it. */

import { written } from '../../core/payload.js';
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

/** What a file has is changed in that file; what hides its payload would be saved without it. */
export const isEditable = ({ source, payloadHidden }: ScheduleView): boolean =>
  source.kind !== 'file' && !payloadHidden;

/** As it stands under its id in a schedule file; `${` would be a variable there. `payload`: with every digit. */
export function asYaml(schedule: ScheduleView, payload: unknown = schedule.payload): string {
  const lines = definitionLines(schedule, payload).map((line) => `    ${line.replaceAll('${', () => '$${')}`);
  return `version: 1\nschedules:\n  ${schedule.id}:\n${lines.join('\n')}\n`;
}

/** Each key on a line of its own; values are JSON, which YAML reads. */
export function definitionLines(schedule: ScheduleView, payload: unknown = schedule.payload): string[] {
  const fields = { ...schedule, payload } as unknown as Record<string, unknown>;
  return KEYS.flatMap((key) => {
    const value = fields[key];
    const isUnsaid = value === undefined || value === null || written(value) === '{}';
    return isUnsaid ? [] : [`${key}: ${written(value)}`];
  });
}
