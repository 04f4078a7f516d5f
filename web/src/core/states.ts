/** Every word for how something stands: its tone (a colour) and its shape, so that neither has to be seen. */

import type { TaskState } from './types.js';

export const TASK_STATES: readonly TaskState[] = [
  'scheduled',
  'ready',
  'running',
  'retrying',
  'completed',
  'dead',
  'cancelled',
];

export type Tone = TaskState | 'plain';
export type Shape =
  | 'ring'
  | 'dot'
  | 'play'
  | 'again'
  | 'tick'
  | 'cross'
  | 'bar'
  | 'pause'
  | 'skip'
  | 'hollow'
  | 'half'
  | 'square';

const LOOKS: Readonly<Record<string, { tone: Tone; shape: Shape }>> = {
  // Tasks.
  scheduled: { tone: 'scheduled', shape: 'ring' },
  ready: { tone: 'ready', shape: 'dot' },
  running: { tone: 'running', shape: 'play' },
  retrying: { tone: 'retrying', shape: 'again' },
  completed: { tone: 'completed', shape: 'tick' },
  dead: { tone: 'dead', shape: 'cross' },
  cancelled: { tone: 'cancelled', shape: 'bar' },
  pruned: { tone: 'cancelled', shape: 'hollow' },
  // Schedules.
  enabled: { tone: 'completed', shape: 'dot' },
  disabled: { tone: 'cancelled', shape: 'bar' },
  paused: { tone: 'retrying', shape: 'pause' },
  shadow: { tone: 'scheduled', shape: 'half' },
  finished: { tone: 'cancelled', shape: 'square' },
  faulty: { tone: 'dead', shape: 'cross' },
  // Fates of instants.
  preview: { tone: 'scheduled', shape: 'hollow' },
  planned: { tone: 'scheduled', shape: 'ring' },
  fired: { tone: 'completed', shape: 'dot' },
  coalesced: { tone: 'cancelled', shape: 'half' },
  skipped: { tone: 'retrying', shape: 'skip' },
  missed: { tone: 'dead', shape: 'square' },
  superseded: { tone: 'cancelled', shape: 'hollow' },
  unknown: { tone: 'cancelled', shape: 'hollow' },
  none: { tone: 'cancelled', shape: 'hollow' },
  // Outcomes of attempts.
  failed: { tone: 'retrying', shape: 'cross' },
  timeout: { tone: 'retrying', shape: 'cross' },
  lost: { tone: 'dead', shape: 'square' },
  released: { tone: 'scheduled', shape: 'skip' },
  snoozed: { tone: 'scheduled', shape: 'pause' },
  abandoned: { tone: 'cancelled', shape: 'bar' },
  // Alerts.
  critical: { tone: 'dead', shape: 'cross' },
  warning: { tone: 'retrying', shape: 'square' },
  info: { tone: 'ready', shape: 'dot' },
  // Operations, expectations, nodes, workers.
  done: { tone: 'completed', shape: 'tick' },
  aborted: { tone: 'cancelled', shape: 'bar' },
  ok: { tone: 'completed', shape: 'tick' },
  leader: { tone: 'completed', shape: 'dot' },
  standby: { tone: 'scheduled', shape: 'ring' },
  quiet: { tone: 'retrying', shape: 'pause' },
};

export const lookOf = (word: string): { tone: Tone; shape: Shape } =>
  LOOKS[word] ?? { tone: 'plain', shape: 'ring' };
