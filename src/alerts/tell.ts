/** Log lines of alerts: one when an alert is raised, one when it is over, by whoever saw it first. */

import type { Log } from '../runtime/log.js';
import type { RaisedAlert } from '../store/contract/index.js';
import type { Reconciled } from './reconcile.js';
import { SCHEDULE_KINDS } from './schedule-alerts.js';
import { type Alert, type AlertKind, SEVERITIES } from './view.js';

const LEVELS = { critical: 'error', warning: 'warn', info: 'info' } as const;

export function tellAlerts(
  log: Log,
  { raised, cleared }: Pick<Reconciled<Alert>, 'raised' | 'cleared'>,
): void {
  for (const alert of raised) log[LEVELS[SEVERITIES[alert.kind]]](fieldsOf(alert), alert.text);
  for (const alert of cleared) log.info(fieldsOf(alert), `no longer so: ${alert.text}`);
}

function fieldsOf({ id, kind, subject }: RaisedAlert): Record<string, unknown> {
  const ofSchedule = kind === 'skipBehindIdle' || SCHEDULE_KINDS.includes(kind as AlertKind);
  return { alert: id, kind, [ofSchedule ? 'schedule' : 'subject']: subject };
}
