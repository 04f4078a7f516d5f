/** An alert as people see it: what is wrong, of what, since when, in a sentence. */

import { formatInstant } from '../domain/input/instants.js';
import type { RaisedAlert } from '../store/contract/index.js';

/** What may be wrong, and how bad that is. */
export const SEVERITIES = {
  expectation: 'warning',
  skipBehindIdle: 'warning',
  schedulePaused: 'warning',
  noWorker: 'warning',
  queuePaused: 'info',
  noLeader: 'critical',
  setHeld: 'warning',
  setInvalid: 'warning',
} as const;

export type AlertKind = keyof typeof SEVERITIES;

/** An alert of a kind that this release knows. */
export interface Alert extends RaisedAlert {
  kind: AlertKind;
}

export interface AlertView {
  /** The same trouble has the same one. */
  id: string;
  kind: AlertKind;
  /** The schedule, queue, queue/handler or set it is about. */
  subject: string;
  severity: (typeof SEVERITIES)[AlertKind];
  since: string;
  text: string;
}

/** `part`: where one subject may have several of a kind. */
export function alertOf(kind: AlertKind, subject: string, since: number, text: string, part?: string): Alert {
  return { id: `${kind}:${subject}${part === undefined ? '' : `:${part}`}`, kind, subject, since, text };
}

/** The gravest first, then by id. */
export function alertViews(alerts: readonly RaisedAlert[]): AlertView[] {
  const known = alerts.filter((alert): alert is Alert => Object.hasOwn(SEVERITIES, alert.kind));
  const views = known.map(({ id, kind, subject, since, text }): AlertView => {
    return { id, kind, subject, severity: SEVERITIES[kind], since: formatInstant(since), text };
  });
  const order = ['critical', 'warning', 'info'];
  return views.sort(
    (a, b) => order.indexOf(a.severity) - order.indexOf(b.severity) || (a.id < b.id ? -1 : 1),
  );
}
