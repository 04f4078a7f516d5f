/** An alert as people see it: what is wrong, of what, since when, in a sentence that says what to do. */

import { formatInstant } from '../domain/input/instants.js';
import type { AlertRecord } from '../store/contract/index.js';
import { type AlertKind, adviceOn, type Kind, kindOf } from './kinds.js';

/** Something that is wrong, as it is seen. */
export interface Alert extends Pick<AlertRecord, 'id' | 'subject' | 'since' | 'text' | 'nominal'> {
  kind: AlertKind;
  /** It must be so for this long before it is raised, ms; absent: as its kind says. */
  raiseAfter?: number;
}

export interface AlertView {
  /** The same trouble has the same one. */
  id: string;
  kind: string;
  /** The schedule, queue, queue/handler or set it is about. */
  subject: string;
  severity: Kind['severity'];
  since: string;
  text: string;
}

/** `what`: what is so, a clause. `part`: where one subject may have several of a kind. */
export function alertOf(kind: AlertKind, subject: string, since: number, what: string, part?: string): Alert {
  const id = `${kind}:${subject}${part === undefined ? '' : `:${part}`}`;
  return { id, kind, subject, since, text: `${what}; ${adviceOn(kind, subject)}` };
}

export function alertView({ id, kind, subject, since, text }: AlertRecord): AlertView {
  const severity = kindOf(kind)?.severity ?? 'warning';
  return { id, kind, subject, severity, since: formatInstant(since), text };
}

const ORDER = ['critical', 'warning', 'info'];

/** Those that stand, the gravest first, then by id. */
export function alertViews(records: readonly AlertRecord[]): AlertView[] {
  const standing = records.filter(({ kind, state }) => state === 'raised' && kindOf(kind));
  return standing
    .map(alertView)
    .sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || (a.id < b.id ? -1 : 1));
}
