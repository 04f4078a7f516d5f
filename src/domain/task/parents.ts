/** The parents that a task is asked to wait for. */

import { taskIds } from './task-ids.js';

/** Parents of one task. */
export const MOST_PARENTS = 10_000;

export const ON_PARENT_DEATH = ['cancel', 'run'] as const;

/** `--after a --after b` on the command line. */
export const parentIds = taskIds(MOST_PARENTS);
