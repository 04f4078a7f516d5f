/** Who changed what, as people see it: the latest first, page by page. */

import { formatInstant } from '../domain/input/instants.js';
import { about, reader, type Values, wholeText } from '../domain/input/readers.js';
import type { AuditEntry, AuditPlace, AuditStore } from '../store/contract/index.js';

const USUAL_LIMIT = 50;

const place = reader<AuditPlace>(
  'the nextCursor of a page of this list',
  (raw) => {
    const [, ms, number, often] =
      /^(\d{1,15})-(\d{1,15})(o?)$/.exec(typeof raw === 'string' ? raw : '') ?? [];
    return ms === undefined ? undefined : { ms: Number(ms), number: Number(number), often: often === 'o' };
  },
  { schema: { type: 'string' }, word: 'text' },
);

/** What a list of entries may be asked for, as a query string gives it. */
export const AUDIT_LIST = {
  limit: about(wholeText(1, 1000), `how many, at most 1000; by default ${USUAL_LIMIT}`),
  cursor: about(place, 'nextCursor of the page before'),
};

/** One change that was made through API, command line or dashboard. */
export interface AuditView {
  /** When, RFC 3339. */
  at: string;
  /** Who: as the caller said, else what it spoke through. */
  by: string;
  /** What was done, such as `schedule.pause`. */
  action: string;
  /** To what, by its id or name. */
  subject: string;
  /** What of it was otherwise before. */
  before?: Readonly<Record<string, unknown>>;
  /** How that is now; of something new all that is told of it. */
  after?: Readonly<Record<string, unknown>>;
  /** Of the request, as its answer and the log have it. */
  requestId: string;
}

/** A page of entries, the latest first. */
export interface AuditPage {
  /** The entries of this page. */
  items: AuditView[];
  /** For the page behind it; null at the end. */
  nextCursor: string | null;
}

export async function auditPage(
  store: AuditStore,
  { limit = USUAL_LIMIT, cursor }: Values<typeof AUDIT_LIST>,
): Promise<AuditPage> {
  const entries = await store.audited(limit + 1, cursor);
  const page = entries.slice(0, limit);
  const last = page.at(-1)?.place;
  const nextCursor =
    last && entries.length > limit ? `${last.ms}-${last.number}${last.often ? 'o' : ''}` : null;
  return { items: page.map(auditView), nextCursor };
}

function auditView({ at, by, action, subject, before, after, requestId }: AuditEntry): AuditView {
  return {
    ...{ at: formatInstant(at), by, action, subject },
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
    requestId,
  };
}
