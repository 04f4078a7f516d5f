/**
 * What runs are told of their schedules. What works it out brings the whole calendar along: it is loaded beside the first
 * claims, so that a worker takes tasks before that.
 */

import type { runContext } from '../schedules/run-context.js';
import type { ScheduleFacts } from '../store/contract/index.js';

export interface RunFacts extends ScheduleFacts {
  readonly tell: typeof runContext;
}

let telling: Promise<typeof runContext> | null = null;

export function loadTelling(): Promise<typeof runContext> {
  telling ??= import('../schedules/run-context.js').then((module) => module.runContext);
  return telling;
}
