/** Every figure for Prometheus, in one table: what is exposed, docs/metrics.md and the checks of dashboard and alert rules come from it. */

export interface Row {
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  labels: readonly string[];
  /** Upper bounds, of a histogram. */
  bounds?: readonly number[];
  /**
   * Who exposes it. `process`: each node and each worker, what happened in it. `node`: each node, what happened in it.
   * `worker`: each worker. `cluster`: each node, the same figures, read from Redis.
   */
  of: 'process' | 'node' | 'worker' | 'cluster';
}

/** Seconds from a millisecond to hours. */
const WAITS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 21_600];
const RUNS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 21_600];
/** Seconds of what should take next to nothing. */
const CALLS = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 5];
const REQUESTS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

export const METRICS = {
  attempts_finished_total: {
    type: 'counter',
    help: 'Attempts that have ended: completed, failed, timeout, lost, released, snoozed or cancelled.',
    labels: ['queue', 'handler', 'outcome'],
    of: 'process',
  },
  tasks_finished_total: {
    type: 'counter',
    help: 'Tasks that have ended: completed, dead or cancelled. Each is counted by one process; add them up.',
    labels: ['queue', 'handler', 'outcome'],
    of: 'process',
  },
  attempt_duration_seconds: {
    type: 'histogram',
    help: 'How long attempts ran.',
    labels: ['queue', 'handler'],
    bounds: RUNS,
    of: 'worker',
  },
  queue_latency_seconds: {
    type: 'histogram',
    help: 'From the due time of a task to the start of its first attempt.',
    labels: ['queue'],
    bounds: WAITS,
    of: 'worker',
  },
  fire_delay_seconds: {
    type: 'histogram',
    help: 'From the due time of a run of a schedule to the start of its first attempt; without triggers and backfills.',
    labels: ['queue'],
    bounds: WAITS,
    of: 'worker',
  },
  worker_slots: {
    type: 'gauge',
    help: 'Attempts that this worker runs at once, at most.',
    labels: [],
    of: 'worker',
  },
  worker_slots_in_use: {
    type: 'gauge',
    help: 'Attempts that this worker runs now.',
    labels: [],
    of: 'worker',
  },
  fires_total: {
    type: 'counter',
    help: 'Instants of schedules that were decided on: fired, triggered, skipped, missed, coalesced, shadow or superseded. Each by one node; add them up.',
    labels: ['schedule', 'outcome'],
    of: 'node',
  },
  promoted_total: {
    type: 'counter',
    help: 'Tasks that came due and were made ready by this node.',
    labels: ['queue'],
    of: 'node',
  },
  leader: { type: 'gauge', help: '1 on the node that leads, else 0.', labels: [], of: 'node' },
  leader_changes_total: {
    type: 'counter',
    help: 'Times that this node has taken office; add them up.',
    labels: [],
    of: 'node',
  },
  leader_term: {
    type: 'gauge',
    help: 'Number of the term in office.',
    labels: [],
    of: 'cluster',
  },
  fenced_writes_total: {
    type: 'counter',
    help: 'Writes of this node that were refused because a later term was in office.',
    labels: [],
    of: 'node',
  },
  http_requests_total: {
    type: 'counter',
    help: 'Requests to the API that were answered, by route and status.',
    labels: ['method', 'route', 'status'],
    of: 'node',
  },
  http_request_duration_seconds: {
    type: 'histogram',
    help: 'How long requests to the API took; without streams of events and waits.',
    labels: ['method', 'route'],
    bounds: REQUESTS,
    of: 'node',
  },
  redis_call_duration_seconds: {
    type: 'histogram',
    help: 'How long Redis took to answer a script, the way there and back included.',
    labels: ['script'],
    bounds: CALLS,
    of: 'process',
  },
  redis_errors_total: {
    type: 'counter',
    help: 'Scripts that Redis refused or did not answer, by the code of the error.',
    labels: ['code'],
    of: 'process',
  },
  clock_offset_seconds: {
    type: 'gauge',
    help: 'Time of Redis less that of this machine.',
    labels: [],
    of: 'process',
  },
  clock_steps_total: {
    type: 'counter',
    help: 'Times that the clock of Redis, or that of this process, was found stepped.',
    labels: [],
    of: 'process',
  },
  process_cpu_seconds_total: {
    type: 'counter',
    help: 'Processor time that this process has used.',
    labels: [],
    of: 'process',
  },
  process_resident_memory_bytes: {
    type: 'gauge',
    help: 'Memory that this process holds.',
    labels: [],
    of: 'process',
  },
  build_info: {
    type: 'gauge',
    help: 'Always 1; which release this process is.',
    labels: ['version'],
    of: 'process',
  },
  redis_up: {
    type: 'gauge',
    help: '1 when Redis answered in time for this scrape; 0: what is read from it is left out.',
    labels: [],
    of: 'node',
  },
  queue_depth: {
    type: 'gauge',
    help: 'Tasks of a queue by state: scheduled, retrying, ready, running, dead.',
    labels: ['queue', 'state'],
    of: 'cluster',
  },
  queue_oldest_age_seconds: {
    type: 'gauge',
    help: 'How long the ready task has waited that has waited longest; 0 when none is ready.',
    labels: ['queue'],
    of: 'cluster',
  },
  queue_paused: {
    type: 'gauge',
    help: '1 while a queue hands nothing out.',
    labels: ['queue'],
    of: 'cluster',
  },
  queue_unroutable: {
    type: 'gauge',
    help: 'Ready tasks whose handler no present worker of their queue has.',
    labels: ['queue'],
    of: 'cluster',
  },
  tasks_enqueued_total: {
    type: 'counter',
    help: 'Tasks made, whoever made them.',
    labels: ['queue'],
    of: 'cluster',
  },
  tasks_completed_total: { type: 'counter', help: 'Tasks completed.', labels: ['queue'], of: 'cluster' },
  attempts_started_total: { type: 'counter', help: 'Attempts begun.', labels: ['queue'], of: 'cluster' },
  attempts_failed_total: {
    type: 'counter',
    help: 'Attempts that failed, were lost or timed out.',
    labels: ['queue'],
    of: 'cluster',
  },
  slots: {
    type: 'gauge',
    help: 'Attempts that all present workers together run at once, at most.',
    labels: [],
    of: 'cluster',
  },
  slots_in_use: {
    type: 'gauge',
    help: 'Attempts that all present workers together ran when they last said so.',
    labels: [],
    of: 'cluster',
  },
  workers: { type: 'gauge', help: 'Workers present.', labels: [], of: 'cluster' },
  nodes: { type: 'gauge', help: 'Scheduler nodes present.', labels: [], of: 'cluster' },
  alerts: { type: 'gauge', help: 'Alerts that are raised.', labels: ['kind'], of: 'cluster' },
  schedules: { type: 'gauge', help: 'Schedules there are.', labels: [], of: 'cluster' },
  schedule_next_fire_timestamp_seconds: {
    type: 'gauge',
    help: 'When a schedule fires next; of all others together, the first of them.',
    labels: ['schedule'],
    of: 'cluster',
  },
  schedule_last_success_timestamp_seconds: {
    type: 'gauge',
    help: 'The instant whose run completed last; of all others together, the earliest of them.',
    labels: ['schedule'],
    of: 'cluster',
  },
} as const satisfies Record<string, Row>;

export type MetricName = keyof typeof METRICS;

export const PREFIX = 'carillon_';

/** What whoever adds up histograms finds them by. */
export function seriesOf(name: MetricName): string[] {
  const full = `${PREFIX}${name}`;
  return METRICS[name].type === 'histogram'
    ? ['bucket', 'sum', 'count'].map((part) => `${full}_${part}`)
    : [full];
}
