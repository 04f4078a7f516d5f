/** What triggers of Quartz do without being told, and what their misfire instructions mean here. */

import { cronFor, QUARTZ } from './cron.js';
import type { DraftFields, Gathered } from './draft.js';

/** Its rule for local times that a change of the clocks leaves out or repeats. */
const QUARTZ_DST = { gap: 'skip', fold: 'second' } as const;

export function quartzCron(
  gathered: Gathered,
  id: string,
  expression: string,
  timezone: string | undefined,
): DraftFields {
  const { cron, ...bounds } = cronFor(gathered, id, expression, QUARTZ, timezone);
  return { cron, timezone, dst: QUARTZ_DST, ...bounds };
}

/** `withMisfireHandlingInstructionDoNothing`, `MISFIRE_INSTRUCTION_DO_NOTHING`, `DO_NOTHING`; the usual one is ours, too. */
export function misfireOf(instruction: string): DraftFields {
  const words = instruction.replace(/[^A-Za-z]/g, '').toLowerCase();
  if (words.includes('donothing')) return { catchUp: { policy: 'none' } };
  return words.includes('ignoremisfire') ? { catchUp: { policy: 'all' } } : {};
}

export function remarkOnPriority(gathered: Gathered, id: string, priority: unknown): void {
  gathered.remarkOnPriority(id, priority, 'larger is more urgent');
}
