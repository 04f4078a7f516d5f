/** The options of a Worker. */

import { hostname } from 'node:os';
import { CONNECTION, type ConnectionOptions } from '../connect.js';
import { DEFAULTS, MOST_CONCURRENCY } from '../domain/defaults.js';
import { isQueueName, NAME_GRAMMAR, processName } from '../domain/input/names.js';
import { readOptions } from '../domain/input/options.js';
import { duration, type Given, integer, type Reader, reader, text } from '../domain/input/readers.js';
import type { MetricsRegistry } from '../telemetry/exposed.js';
import { figuresIn, type ProcessFigures } from '../telemetry/process-figures.js';
import { aroundOption, surrounded } from './around.js';
import { type Handlers, handlerProblems } from './handlers.js';
import { schemasOf, type ToldSchemas } from './payload-schema.js';

const queues: Reader<readonly string[]> = (raw, path, problems) => {
  if (!Array.isArray(raw) || raw.length === 0) {
    problems.push({ path, detail: "must be a list of queue names such as ['mail'], or ['*'] for all" });
    return undefined;
  }
  raw.forEach((one: unknown, index) => {
    if (one === '*' || isQueueName(one)) return;
    problems.push({ path: [...path, index], detail: `must be ${NAME_GRAMMAR.queue}, or *` });
  });
  return raw as string[];
};

const handlers: Reader<Handlers> = (raw, path, problems) => {
  for (const detail of handlerProblems(raw)) problems.push({ path, detail: `cannot be used: ${detail}` });
  return raw as Handlers;
};

function isRegistry(raw: unknown): raw is MetricsRegistry {
  if (typeof raw !== 'object' || raw === null) return false;
  return typeof (raw as Partial<MetricsRegistry>).registerMetric === 'function';
}

const registryOption: Reader<MetricsRegistry> = reader(
  'a registry of prom-client, such as its `register`',
  (raw) => (isRegistry(raw) ? raw : undefined),
);

export const WORKER = {
  ...CONNECTION,
  /** Names, or `*` for every queue there is and will be; default `['default']`. */
  queues,
  /** Handlers running at once; default 10. */
  concurrency: integer(1, MOST_CONCURRENCY),
  /** What runs a task, by the name it asks for. */
  handlers,
  /** Runs around every attempt: for tracing, error reports, a context of one's own. */
  around: aroundOption,
  /** A registry of prom-client: this worker's figures are registered there, see docs/metrics.md. */
  metrics: registryOption,
  /** A label; default host-pid. */
  name: processName,
  /** What of yours is deployed, as lists show it. */
  release: text(128),
  /** How long the worker keeps its tasks without a sign of life; default `10s`, at least `100ms`. */
  lease: duration(100, 86_400_000),
  /** How long `stop` waits for running handlers before it hands their tasks back; default `25s`. */
  drain: duration(0, 86_400_000),
  /** How long a handler that was told to stop has to settle before its attempt is taken back; default `30s`. */
  killAfter: duration(0, 86_400_000),
};

/** The options of a Worker, besides those of a connection; only `handlers` is required. */
export type WorkerOptions = Omit<Given<typeof WORKER>, 'handlers'> & {
  /** What runs a task, by the name it asks for. */
  handlers: Handlers;
};

/** What a worker goes by: every option, with its default where none was given. */
export interface WorkerSettings extends ConnectionOptions {
  queues: readonly string[];
  /** How many tasks run at once, ≥ 1. */
  concurrency: number;
  handlers: Handlers;
  /** What is told of their payloads; null: nothing. */
  schemas: ToldSchemas | null;
  name: string;
  release?: string;
  leaseMs: number;
  drainMs: number;
  killAfterMs: number;
  /** Where its figures go, where anybody wants them. */
  figures: ProcessFigures | null;
}

/** Throws `invalid_input` with each option that cannot be used. */
export function readWorkerOptions(options: WorkerOptions): WorkerSettings {
  const given = readOptions('a Worker', WORKER, options, ['handlers']);
  const { lease, drain, killAfter, around, metrics, ...others } = { ...DEFAULTS, ...given };
  const name = given.name ?? `${hostname()}-${process.pid}`;
  const times = { leaseMs: lease, drainMs: drain, killAfterMs: killAfter };
  const handlers = around ? surrounded(options.handlers, around) : options.handlers;
  const figures = metrics ? figuresIn(metrics) : null;
  return { ...others, ...times, name, handlers, schemas: schemasOf(options.handlers), figures };
}
