/** Tells of alerts that were raised or cleared: a line in the log and a message to each target; then that it is told is kept. */

import { grouped } from '../runtime/grouped.js';
import type { Log } from '../runtime/log.js';
import type { AlertChange, AlertRecord, AlertStore } from '../store/contract/index.js';
import { kindOf } from './kinds.js';
import { type AlertMessage, type OutwardStore, sendMessages } from './outward.js';
import { alertView } from './view.js';

export interface Teller {
  store: AlertStore & OutwardStore;
  log: Log;
  /** The process. */
  by: string;
  /** Names of this node's targets. */
  targets: readonly string[];
}

/** Of one kind, in one look. */
const MOST_LINES = 10;

const LEVELS = { critical: 'error', warning: 'warn', info: 'info' } as const;

/** Whoever dies before the end has told of them at most in its own log: the next one tells the rest. */
export async function tellAlerts(
  { store, log, by, targets }: Teller,
  records: readonly AlertRecord[],
): Promise<void> {
  const untold = records.filter((record) => tellable(record).length > 0 && kindOf(record.kind));
  if (untold.length === 0) return;
  const messages = untold.flatMap((record) => tellable(record).map((type) => messageOf(type, record)));
  await sendMessages(store, messages, targets);
  const done = await store.changeAlerts(untold.map((record) => toldOf(record, by)));
  lines(
    log,
    untold.filter((_, i) => done[i]),
  );
}

/** One that was over before anybody told that it was there is told whole. */
function tellable({ state, told }: AlertRecord): AlertMessage['type'][] {
  const first: AlertMessage['type'][] = told || state === 'seen' ? [] : ['alert.raised'];
  return state === 'cleared' ? [...first, 'alert.cleared'] : first;
}

function messageOf(type: AlertMessage['type'], record: AlertRecord): AlertMessage {
  const { at, goneSince = at } = record;
  return { type, of: at, at: type === 'alert.cleared' ? goneSince : at, alert: alertView(record) };
}

/** One that is over goes with it. */
function toldOf(record: AlertRecord, by: string): AlertChange {
  const { id, version, state } = record;
  const after: AlertRecord | null =
    state === 'cleared' ? null : { ...record, told: by, version: version + 1 };
  return { id, expect: version, record: after };
}

/** So many lines of one kind at most: of hundreds nobody reads more. */
function lines(log: Log, records: readonly AlertRecord[]): void {
  const all = records.flatMap((record) => tellable(record).map((type) => ({ type, record })));
  const byKind = grouped(all, ({ type, record }) => `${type} ${record.kind}`);
  for (const some of byKind.values()) {
    for (const { type, record } of some.slice(0, MOST_LINES)) line(log, type, record);
    const [{ type, record }] = some as [(typeof all)[0]];
    const more = some.length - MOST_LINES;
    const done = type === 'alert.raised' ? 'were raised; `carillon alerts` lists them' : 'are over';
    if (more > 0)
      log.warn(
        { event: 'alert.many', kind: record.kind, count: more },
        `${more} more alerts of the kind ${record.kind} ${done}`,
      );
  }
}

function line(log: Log, type: AlertMessage['type'], { id, kind, subject, text }: AlertRecord): void {
  const { severity, subject: of } = kindOf(kind) ?? { severity: 'warning', subject: 'subject' };
  const fields = { alert: id, kind, [of === 'schedule' ? of : 'subject']: subject };
  if (type === 'alert.cleared') log.info({ event: 'alert.cleared', ...fields }, `no longer so: ${text}`);
  else log[LEVELS[severity]]({ event: 'alert.raised', ...fields }, text);
}
