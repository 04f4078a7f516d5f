/** Every alert there is: those that are found by looking now, and those that a watch has raised. */

import type { AlertStore } from '../store/contract/index.js';
import { PRESENT_KINDS, type PresentStore, presentAlerts } from './present.js';
import { reconcile } from './reconcile.js';
import { type AlertKind, type AlertView, alertViews } from './view.js';

/** `by`: the process that asks, which is remembered as the one who saw what is new. */
export async function listAlerts(
  store: PresentStore & AlertStore,
  hasLeader: () => Promise<boolean>,
  by: string,
): Promise<AlertView[]> {
  const wrong = await presentAlerts(store, hasLeader);
  const { standing, others } = await reconcile(store, wrong, isPresent, by);
  return alertViews([...standing, ...others]);
}

export function isPresent({ kind }: { kind: string }): boolean {
  return PRESENT_KINDS.includes(kind as AlertKind);
}
