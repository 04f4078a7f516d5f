/** Alerts: what is wrong, or was a moment ago. Kept in the registry, so that one message goes out for each, and none forgets since when. */

export interface AlertRecord {
  /** Grows with every change. */
  version: number;
  /** `<kind>:<subject>`; the same trouble has the same one. */
  id: string;
  kind: string;
  /** What it is about: a schedule, a queue, a set. */
  subject: string;
  /** ms. */
  since: number;
  text: string;
  /** The instant it is about, ms. */
  nominal?: number;
  /** seen: not for long enough. raised: it stands. cleared: it is over, and only kept until that is told. */
  state: 'seen' | 'raised' | 'cleared';
  /** When it was seen first, and once it was raised when that was, ms: it names the messages about it. */
  at: number;
  /** Raised, and not seen any more since then, ms; once it is cleared, when that was. */
  goneSince?: number;
  /** By whom it was told that it was raised. */
  told?: string;
}

export interface AlertChange {
  id: string;
  /** The version that the caller read; null: there was none. */
  expect: number | null;
  /** What to store; null removes it. */
  record: AlertRecord | null;
  /** For those who listen. */
  told?: 'raised' | 'cleared';
}

export interface AlertStore {
  /** By id. */
  alerts(): Promise<AlertRecord[]>;
  /**
   * One process at a time looks for what is wrong: `by`, for so long, unless another one does. Answers it what stands, by
   * id; null: another one looks.
   */
  watchAlerts(by: string, forMs: number): Promise<AlertRecord[] | null>;
  /** Each by compare-and-set; answers which were made. Sent twice by the same caller it answers the same. */
  changeAlerts(changes: readonly AlertChange[]): Promise<boolean[]>;
}
