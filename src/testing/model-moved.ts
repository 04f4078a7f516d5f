/** What verbs of the model have put elsewhere to wait: no comparison of before and after shows all of it. */

import type { ModelTask, Partition } from './model-partition.js';

/** A call, or the end of others, has put it somewhere to wait. */
export function noteMoved({ moved }: Partition, { draft, place, attempt }: ModelTask): void {
  if (place.at === 'held' || place.at === 'finished') return;
  const later = attempt > 0 ? 'retrying' : 'scheduled';
  moved.push({
    ...{ id: draft.id, attempt },
    state: place.at === 'ready' ? 'ready' : place.at === 'due' ? later : 'scheduled',
  });
}
