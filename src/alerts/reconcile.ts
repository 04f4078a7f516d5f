/** Makes what stands agree with what is wrong, and answers what stands then. */

import type { AlertChange, AlertRecord, AlertStore } from '../store/contract/index.js';
import { judged } from './judged.js';
import type { Alert } from './view.js';

export interface Seen {
  wrong: readonly Alert[];
  /** Of which alerts `wrong` is the whole truth. */
  mine(alert: Pick<AlertRecord, 'id' | 'kind' | 'subject'>): boolean;
}

/** `before`: what stood a moment ago. Whoever comes second changes nothing: what it saw it sees again the next time. */
export async function reconcile(
  store: Pick<AlertStore, 'changeAlerts'>,
  before: AlertRecord[],
  { wrong, mine }: Seen,
  now: number,
): Promise<AlertRecord[]> {
  const changes = judged(before, wrong, mine, now);
  if (changes.length === 0) return before;
  const done = await store.changeAlerts(changes);
  return after(
    before,
    changes.filter((_, i) => done[i]),
  );
}

function after(before: readonly AlertRecord[], changes: readonly AlertChange[]): AlertRecord[] {
  const records = new Map(before.map((record) => [record.id, record]));
  for (const { id, record } of changes) {
    if (record) records.set(id, record);
    else records.delete(id);
  }
  return [...records.values()];
}
