/** Every alert there is: those that are found by looking now, and those that a watch has raised. */

import type { Log } from '../runtime/log.js';
import type { AlertStore } from '../store/contract/index.js';
import { PRESENT_KINDS, type PresentStore, presentAlerts } from './present.js';
import { reconcile } from './reconcile.js';
import { tellAlerts } from './tell.js';
import { type AlertKind, type AlertView, alertViews } from './view.js';

/** `by`: the process that asks, which is remembered as the one who saw what is new, and tells of it. */
export async function listAlerts(
  store: PresentStore & AlertStore,
  hasLeader: () => Promise<boolean>,
  by: string,
  log: Log,
): Promise<AlertView[]> {
  const wrong = await presentAlerts(store, hasLeader);
  const { standing, others, ...news } = await reconcile(store, wrong, isPresent, by);
  tellAlerts(log, news);
  return alertViews([...standing, ...others]);
}

export function isPresent({ kind }: { kind: string }): boolean {
  return PRESENT_KINDS.includes(kind as AlertKind);
}
