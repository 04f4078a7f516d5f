/** Makes what is raised agree with what is wrong: raises, clears, and keeps since when each stands. */

import type { AlertStore, RaisedAlert } from '../store/contract/index.js';

export interface Reconciled<A extends RaisedAlert> {
  /** What is wrong, each with the time since when it stands. */
  standing: A[];
  /** Those that this call raised or cleared: the caller tells of them. */
  raised: A[];
  cleared: RaisedAlert[];
  /** What else is raised, and none of the caller's business. */
  others: RaisedAlert[];
}

/** `mine`: of which raised alerts `wrong` is the whole truth. `by`: the process. */
export async function reconcile<A extends RaisedAlert>(
  store: AlertStore,
  wrong: readonly A[],
  mine: (alert: RaisedAlert) => boolean,
  by: string,
): Promise<Reconciled<A>> {
  const before = new Map((await store.raised()).map((alert) => [alert.id, alert]));
  const ids = new Set(wrong.map(({ id }) => id));
  const over = [...before.values()].filter((alert) => mine(alert) && !ids.has(alert.id));
  const fresh = wrong.filter(({ id }) => !before.has(id));
  const raised = new Set(await store.raise(fresh, by));
  const cleared = new Set(await store.clear(over.map(({ id }) => id)));
  return {
    standing: wrong.map((alert) => ({ ...alert, since: before.get(alert.id)?.since ?? alert.since })),
    raised: fresh.filter(({ id }) => raised.has(id)),
    cleared: over.filter(({ id }) => cleared.has(id)),
    others: [...before.values()].filter((alert) => !mine(alert)),
  };
}
