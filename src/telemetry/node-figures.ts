/** The figures of a scheduler node: its office, its API, and what it reads of the whole in Redis. */

import { ClusterFigures, type ClusterFiguresParts, type ClusterLook } from './cluster-figures.js';
import { Exposed, type Figures, type Read } from './exposed.js';
import { Counts, Histograms } from './figures.js';
import { METRICS, type MetricName } from './table.js';
import type { Tally } from './tally.js';

export interface NodeFiguresParts extends ClusterFiguresParts {
  tally: Tally;
  /** Whether this node is in office. */
  leads(): boolean;
}

/** Answers that take as long as the caller wants. */
const UNTIMED: ReadonlySet<string> = new Set(['/v1/events', '/v1/tasks/:id/wait']);

export class NodeFigures {
  readonly #parts: NodeFiguresParts;
  readonly #cluster: ClusterFigures;
  readonly #requests = new Counts();
  readonly #durations = new Histograms(METRICS.http_request_duration_seconds.bounds);
  readonly #elections = new Counts([[]]);

  constructor(parts: NodeFiguresParts) {
    this.#parts = parts;
    this.#cluster = new ClusterFigures(parts);
  }

  /** This node has taken office. */
  elected(): void {
    this.#elections.of().value += 1;
  }

  /** `route`: as it was declared, so that ids make no series. */
  answered(method: string, route: string, status: number, ms: number): void {
    this.#requests.of(method, route, String(status)).value += 1;
    if (!UNTIMED.has(route)) this.#durations.of(method, route).observe(ms / 1_000);
  }

  exposed(): Exposed[] {
    const { tally, leads } = this.#parts;
    const cluster =
      (of: (look: ClusterLook) => Figures | number | null): Read =>
      async () => {
        const look = await this.#cluster.look();
        const figures = look && of(look);
        return typeof figures === 'number' ? [[[], figures]] : (figures ?? undefined);
      };
    const reads = {
      leader: () => [[[], Number(leads())]],
      leader_changes_total: () => this.#elections,
      fenced_writes_total: () => tally.fenced,
      http_requests_total: () => this.#requests,
      http_request_duration_seconds: () => this.#durations,
      redis_up: async () => [[[], (await this.#cluster.look()) ? 1 : 0]],
      leader_term: cluster(({ term }) => term),
      queue_depth: cluster(({ depth }) => depth),
      queue_oldest_age_seconds: cluster(({ oldest }) => oldest),
      queue_paused: cluster(({ paused }) => paused),
      queue_unroutable: cluster(({ unroutable }) => unroutable),
      tasks_enqueued_total: cluster(({ enqueued }) => enqueued),
      tasks_completed_total: cluster(({ completed }) => completed),
      attempts_started_total: cluster(({ started }) => started),
      attempts_failed_total: cluster(({ failed }) => failed),
      slots: cluster(({ slots }) => slots),
      slots_in_use: cluster(({ slotsInUse }) => slotsInUse),
      workers: cluster(({ workers }) => workers),
      nodes: cluster(({ nodes }) => nodes),
      alerts: cluster(({ alerts }) => alerts),
      schedules: cluster(({ schedules }) => schedules?.count ?? null),
      schedule_next_fire_timestamp_seconds: cluster(({ schedules }) => schedules?.next ?? null),
      schedule_last_success_timestamp_seconds: cluster(({ schedules }) => schedules?.success ?? null),
    } satisfies Partial<Record<MetricName, Read>>;
    return (Object.keys(reads) as (keyof typeof reads)[]).map((name) => new Exposed(name, reads[name]));
  }
}
