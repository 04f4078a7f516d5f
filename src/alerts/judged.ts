/** What becomes of alerts by what is wrong now: raised once it has been so for long enough, cleared once it is over for as long. Pure. */

import type { AlertChange, AlertRecord } from '../store/contract/index.js';
import { kindOf } from './kinds.js';
import type { Alert } from './view.js';

/** `wrong`: the whole truth about those of `records` that are `mine`. `now`: ms. */
export function judged(
  records: readonly AlertRecord[],
  wrong: readonly Alert[],
  mine: (alert: Pick<AlertRecord, 'id' | 'kind' | 'subject'>) => boolean,
  now: number,
): AlertChange[] {
  const known = new Map(records.map((record) => [record.id, record]));
  const seen = new Set(wrong.map(({ id }) => id));
  const changes = wrong.map((alert) => {
    const record = known.get(alert.id);
    return record ? onSeen(record, alert, now) : onNew(alert, now);
  });
  const gone = records.filter((record) => !seen.has(record.id) && mine(record));
  changes.push(...gone.map((record) => onGone(record, now)));
  return changes.filter((change) => change !== null);
}

function onNew(alert: Alert, now: number): AlertChange {
  const { id, kind, subject, since, text, nominal } = alert;
  const facts = { id, kind, subject, since, text, ...(nominal === undefined ? {} : { nominal }) };
  const waits = raiseAfterOf(alert) > 0;
  const record: AlertRecord = { version: 1, ...facts, state: waits ? 'seen' : 'raised', at: now };
  return waits ? { id, expect: null, record } : raised(record, null);
}

function raised(record: AlertRecord, expect: number | null): AlertChange {
  return { id: record.id, expect, record: { ...record, state: 'raised' }, told: 'raised' };
}

function changed(before: AlertRecord, after: AlertRecord): AlertChange {
  return { id: before.id, expect: before.version, record: { ...after, version: before.version + 1 } };
}

const raiseAfterOf = ({ kind, raiseAfter = kindOf(kind)?.raiseAfter ?? 0 }: Alert): number => raiseAfter;

function onSeen(record: AlertRecord, alert: Alert, now: number): AlertChange | null {
  const { since, text } = alert;
  const { state, at, version } = record;
  if (state === 'raised') {
    if (record.goneSince === undefined) return null;
    const { goneSince: _, ...stands } = record;
    return changed(record, stands);
  }
  // Nobody was told that it was over.
  if (state === 'cleared') {
    const { goneSince: _, ...back } = record;
    return raised({ ...back, since, text, version: version + 1 }, version);
  }
  // Of a clock that was stepped back nothing is known.
  if (at > now) return changed(record, { ...record, at: now });
  if (now - at < raiseAfterOf(alert)) return null;
  const first = Math.min(since, record.since);
  return raised({ ...record, since: first, text, at: now, version: version + 1 }, version);
}

function onGone(record: AlertRecord, now: number): AlertChange | null {
  const { id, kind, state, version, goneSince } = record;
  if (state === 'cleared') return null;
  if (state === 'seen') return { id, expect: version, record: null };
  const clearAfter = kindOf(kind)?.clearAfter ?? 0;
  if (clearAfter > 0 && (goneSince === undefined || goneSince > now))
    return changed(record, { ...record, goneSince: now });
  if (goneSince !== undefined && now - goneSince < clearAfter) return null;
  return { ...changed(record, { ...record, state: 'cleared', goneSince: now }), told: 'cleared' };
}
