/** Tasks that are on the road already, or were: put back, or given another time. One word for each, in order. */

import type { TaskState } from '../../domain/task/task.js';

export interface AgainStore {
  /**
   * Puts dead tasks back: ready at once with no failure counted, attempts go on, what ties them is taken again. A run of
   * a schedule whose other run is unfinished waits for it, whatever the policy. Compare-and-set on the death: a call that
   * is sent again answers `ok`.
   */
  redrive(queue: string, requests: readonly RedriveRequest[]): Promise<RedriveWord[]>;
  /** Moves the due time of tasks that wait for time; one whose time has come is ready. */
  reschedule(queue: string, requests: readonly RescheduleRequest[]): Promise<RescheduleWord[]>;
}

export interface RedriveRequest {
  id: string;
  /** The number of the attempt it died of, as its caller read it. */
  attempt: number;
  /** JSON text instead of its payload. */
  payload?: string;
}

export interface RescheduleRequest {
  id: string;
  /** The number of its latest attempt, as its caller read it. */
  attempt: number;
  /** ms */
  due: number;
}

/** `waiting`: it is scheduled, and something else than time holds it up. */
export type AgainState = TaskState | 'waiting';
/** `taken`: the live task that has its unique key. A state: it is not as its caller read it. */
export type RedriveWord = 'ok' | 'unknown' | AgainState | { taken: string };
export type RescheduleWord = 'ok' | 'unknown' | AgainState;
