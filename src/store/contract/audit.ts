/** Who changed what: a bounded record of what was changed through API, command line and dashboard. */

export interface AuditStore {
  /** Writes entries down, in their order. One of a request that was written down a moment ago is not written again. */
  audit(entries: readonly AuditRecord[]): Promise<void>;
  /** The latest first. `behind`: the place of the last one seen. */
  audited(limit: number, behind?: AuditPlace): Promise<AuditEntry[]>;
}

export interface AuditRecord {
  /** ms. */
  at: number;
  by: string;
  /** Such as `schedule.pause`. */
  action: string;
  /** What was changed, by its id or name. */
  subject: string;
  /** What of it was otherwise before, and how it is now. */
  before?: Readonly<Record<string, unknown>>;
  after?: Readonly<Record<string, unknown>>;
  requestId: string;
  /** Programs do this all day: kept apart, so that it does not drive out what people do. */
  often?: boolean;
}

export interface AuditEntry extends AuditRecord {
  place: AuditPlace;
}

/** Where an entry stands: greater is later. */
export interface AuditPlace {
  /** ms, and a number within it. */
  ms: number;
  number: number;
  often: boolean;
}

/** So many are kept; and of what is done often. */
export const AUDIT_KEPT = 10_000;
export const OFTEN_KEPT = 2_000;

/** Negative where `a` stands before `b`. */
export function comparePlaces(a: AuditPlace, b: AuditPlace): number {
  return a.ms - b.ms || a.number - b.number || Number(a.often) - Number(b.often);
}
