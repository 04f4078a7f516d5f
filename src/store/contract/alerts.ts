/** Alerts that were raised and not cleared: kept in the registry, so that one process tells of each, and none forgets since when. */

export interface RaisedAlert {
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
}

export interface AlertStore {
  /**
   * Raises what is not raised already; answers the ids of those this caller raised. Sent twice by the same caller it
   * answers the same.
   */
  raise(alerts: readonly RaisedAlert[], by: string): Promise<string[]>;
  /** Answers the ids of those that were raised and are so no longer. */
  clear(ids: readonly string[]): Promise<string[]>;
  /** By id. */
  raised(): Promise<RaisedAlert[]>;
}
