/** Every setting, in one table: its flag, environment variable, file key, default and help come from here. */

import { DEFAULTS, MOST_CONCURRENCY } from '../domain/defaults.js';
import { formatDuration } from '../domain/input/durations.js';
import { processName as name, namespaceName as namespace } from '../domain/input/names.js';
import { duration, oneOf, type Reader, text } from '../domain/input/readers.js';
import { redisAddress } from '../domain/input/redis-address.js';
import { CATCH_UP_RATE } from '../domain/schedule/pace.js';
import { LEAST_BUDGET, USUAL_BUDGET } from '../domain/stats/budget.js';
import { address, apiKey, commandAllow, httpAllow, queues, redisUrls, whole } from './setting-readers.js';
import { WEB_SETTINGS } from './settings-web.js';

/** The commands that run something and therefore take settings. */
export type Runner = 'start' | 'worker' | 'dev';

export interface Setting<T> {
  env: string;
  /** As commander takes it; absent: no flag (secrets stay off the command line, where `ps` shows them). */
  flag?: string;
  /** Whether the configuration file may have it under the table's name. */
  file: boolean;
  for: readonly Runner[];
  read: Reader<T>;
  /** In words, for the help. */
  default: string;
  help: string;
}

const ALL = ['start', 'worker', 'dev'] as const;
const NODE = ['start', 'dev'] as const;
const HAND = ['worker', 'dev'] as const;
const WORKER = ['worker'] as const;

/** In the order in which `--help` and the docs list them. */
export const SETTINGS = {
  redis: {
    env: 'CARILLON_REDIS_URL',
    flag: '--redis <url>',
    file: true,
    for: ALL,
    read: redisAddress,
    default: `${DEFAULTS.redis}; dev: its own Redis`,
    help: 'the Redis that holds the data (also REDIS_URL)',
  },
  namespace: {
    env: 'CARILLON_NAMESPACE',
    flag: '--namespace <name>',
    file: true,
    for: ALL,
    read: namespace,
    default: DEFAULTS.namespace,
    help: 'prefix of every key; clusters with different ones share a Redis unseen',
  },
  name: {
    env: 'CARILLON_NAME',
    flag: '--name <name>',
    file: true,
    for: ALL,
    read: name,
    default: 'host-pid',
    help: 'name of this process in lists and logs',
  },
  host: {
    env: 'CARILLON_HOST',
    flag: '--host <address>',
    file: true,
    for: ALL,
    read: address,
    default: '127.0.0.1',
    help: 'address the API listens on, or a worker with --metrics-port; any but loopback needs CARILLON_API_KEY',
  },
  port: {
    env: 'CARILLON_PORT',
    flag: '--port <number>',
    file: true,
    for: NODE,
    read: whole(0, 65_535),
    default: '4780',
    help: 'port of the API; 0 takes a free one',
  },
  metricsPort: {
    env: 'CARILLON_METRICS_PORT',
    flag: '--metrics-port <number>',
    file: true,
    for: WORKER,
    read: whole(0, 65_535),
    default: 'none',
    help: 'port at which a worker answers /metrics; 0 takes a free one',
  },
  schedules: {
    env: 'CARILLON_SCHEDULES',
    flag: '--schedules <dir>',
    file: true,
    for: NODE,
    read: text(1024),
    default: 'schedules',
    help: 'directory of the schedule files',
  },
  source: {
    env: 'CARILLON_SOURCE',
    flag: '--source <name>',
    file: true,
    for: NODE,
    read: namespace,
    default: 'the `source` of the files, else files',
    help: 'name of the set these schedule files are; another set is left alone',
  },
  environment: {
    env: 'CARILLON_ENVIRONMENT',
    flag: '--environment <name>',
    file: true,
    for: NODE,
    read: name,
    default: 'none',
    help: 'which schedules with `environments` apply here',
  },
  release: {
    env: 'CARILLON_RELEASE',
    flag: '--release <name>',
    file: true,
    for: ALL,
    read: name,
    default: 'none',
    help: 'release of what is deployed: the schedule files come with it, and lists of workers show it',
  },
  commit: {
    env: 'CARILLON_COMMIT',
    flag: '--commit <name>',
    file: false,
    for: NODE,
    read: name,
    default: 'none',
    help: 'commit the schedule files were checked out at, shown beside their places',
  },
  queues: {
    env: 'CARILLON_QUEUES',
    flag: '--queues <names>',
    file: false,
    for: HAND,
    read: queues,
    default: `${DEFAULTS.queues.join(',')}; dev: all`,
    help: 'queues the worker serves, comma-separated; * is all',
  },
  concurrency: {
    env: 'CARILLON_CONCURRENCY',
    flag: '--concurrency <n>',
    file: true,
    for: HAND,
    read: whole(1, MOST_CONCURRENCY),
    default: String(DEFAULTS.concurrency),
    help: 'tasks the worker runs at once',
  },
  lease: {
    env: 'CARILLON_LEASE',
    flag: '--lease <duration>',
    file: true,
    for: ALL,
    read: duration(500, 86_400_000),
    default: formatDuration(DEFAULTS.lease),
    help: 'how long a worker that went silent keeps its tasks',
  },
  drain: {
    env: 'CARILLON_DRAIN',
    flag: '--drain <duration>',
    file: true,
    for: HAND,
    read: duration(0, 86_400_000),
    default: `${formatDuration(DEFAULTS.drain)}; dev: 5s`,
    help: 'how long a worker that stops waits for running handlers',
  },
  killAfter: {
    env: 'CARILLON_KILL_AFTER',
    flag: '--kill-after <duration>',
    file: true,
    for: HAND,
    read: duration(0, 86_400_000),
    default: formatDuration(DEFAULTS.killAfter),
    help: 'how long a handler told to stop has to settle before its attempt is taken back',
  },
  httpAllow: {
    env: 'CARILLON_HTTP_ALLOW',
    flag: '--http-allow <targets>',
    file: true,
    for: HAND,
    read: httpAllow,
    default: 'none',
    help: 'places that http.request may reach: host:port, comma-separated',
  },
  commandAllow: {
    env: 'CARILLON_COMMAND_ALLOW',
    flag: '--command-allow <paths>',
    file: true,
    for: HAND,
    read: commandAllow,
    default: 'none',
    help: 'programs that command.run may run: absolute paths, comma-separated; the file may say more of each',
  },
  heartbeatAllow: {
    env: 'CARILLON_HEARTBEAT_ALLOW',
    flag: '--heartbeat-allow <targets>',
    file: true,
    for: NODE,
    read: httpAllow,
    default: 'none',
    help: 'places beyond the public ones that heartbeats of schedules may reach: host:port, comma-separated',
  },
  leaderTtl: {
    env: 'CARILLON_LEADER_TTL',
    flag: '--leader-ttl <duration>',
    file: true,
    for: NODE,
    read: duration(300, 60_000),
    default: '2s',
    help: 'how long a leader that went silent stays in office',
  },
  horizon: {
    env: 'CARILLON_HORIZON',
    flag: '--horizon <duration>',
    file: true,
    for: NODE,
    read: duration(1_000, 86_400_000),
    default: 'the greater of 10s and 5 × leader TTL',
    help: 'how far ahead schedules are planned',
  },
  lockUrls: {
    env: 'CARILLON_LOCK_URLS',
    flag: '--lock-urls <urls>',
    file: true,
    for: NODE,
    read: redisUrls,
    default: 'the data Redis',
    help: '1, 3 or 5 independent Redis masters for the leader lock',
  },
  catchUpRate: {
    env: 'CARILLON_CATCH_UP_RATE',
    flag: '--catch-up-rate <n>',
    file: true,
    for: NODE,
    read: whole(1, 1_000_000),
    default: String(CATCH_UP_RATE),
    help: 'how many runs a minute are made of instants that have passed, by catch-up and backfills of all schedules together, at most',
  },
  statsBudget: {
    env: 'CARILLON_STATS_BUDGET',
    flag: '--stats-budget <bytes>',
    file: true,
    for: NODE,
    read: whole(LEAST_BUDGET, 999_999_999),
    default: `${USUAL_BUDGET}, or what a node said last`,
    help: 'bytes of Redis that statistics may take; beyond it the finest of the oldest are given up',
  },
  apiKey: {
    env: 'CARILLON_API_KEY',
    file: false,
    for: ALL,
    read: apiKey,
    default: 'none',
    help: 'key every API route but /livez and /readyz then asks for, and the metrics of a worker; browsers sign in with it',
  },
  apiKeyFile: {
    env: 'CARILLON_API_KEY_FILE',
    flag: '--api-key-file <path>',
    file: true,
    for: ALL,
    read: text(1024),
    default: 'none',
    help: 'file that holds the API key',
  },
  ...WEB_SETTINGS,
  logLevel: {
    env: 'CARILLON_LOG_LEVEL',
    flag: '--log-level <level>',
    file: true,
    for: ALL,
    read: oneOf('debug', 'info', 'warn', 'error', 'silent'),
    default: 'info; dev: warn',
    help: 'debug, info, warn, error or silent',
  },
  logFormat: {
    env: 'CARILLON_LOG_FORMAT',
    flag: '--log-format <format>',
    file: true,
    for: ALL,
    read: oneOf('pretty', 'json'),
    default: 'pretty on a terminal, else json',
    help: 'pretty or json',
  },
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;
type ValueOf<K extends SettingName> = Exclude<ReturnType<(typeof SETTINGS)[K]['read']>, undefined>;

/** What was set somewhere; absent: nowhere, the default applies. */
export type GivenSettings = { [K in SettingName]?: ValueOf<K> };

/** Variables that belong to the command line or to its surroundings, not to a running process. */
export const OTHER_VARIABLES = ['CARILLON_URL', 'CARILLON_CONFIG'] as const;
