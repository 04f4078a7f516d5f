/** Reads the settings of one process from flags, environment and file, and reports every problem at once. */

import { readFileSync } from 'node:fs';
import { DEFAULTS } from '../domain/defaults.js';
import type { Problem } from '../domain/input/errors.js';
import type { FieldProblem } from '../domain/input/readers.js';
import { nearest, suggestion } from '../domain/input/suggestions.js';
import { CATCH_UP_RATE } from '../domain/schedule/pace.js';
import { substitute } from '../files/substitute.js';
import { type Outward, readOutward } from '../outward/settings.js';
import { type ConfiguredQueues, readConfigured } from '../tasks/configure-queues.js';
import { flagKey, flagWord } from './flag-names.js';
import { readHttpSecrets, SECRET_VARIABLE } from './http-secrets.js';
import {
  type GivenSettings,
  OTHER_VARIABLES,
  type Runner,
  SETTINGS,
  type Setting,
  type SettingName,
} from './settings.js';

/** What a configuration file says, and where it says it (`file:line:column`). */
export interface ConfigFile {
  path: string;
  values: Record<string, unknown>;
  at(...path: string[]): string;
}

export interface SettingSources {
  runner: Runner;
  /** By the setting's flag in camelCase, as commander gives them. */
  flags: Record<string, unknown>;
  env: Record<string, string | undefined>;
  file?: ConfigFile | null;
  host: string;
  pid: number;
}

/** The settings in effect. `redis` stays absent when nobody named one: each command has its own default. */
export interface Settings extends Omit<GivenSettings, 'apiKeyFile'> {
  namespace: string;
  name: string;
  host: string;
  port: number;
  schedules: string;
  /** Whether somebody named the directory; a missing one is worth a warning then. */
  schedulesChosen: boolean;
  queues: string[];
  concurrency: number;
  lease: number;
  /** ms; absent: what the command takes by default. */
  drain?: number;
  killAfter: number;
  httpAllow: NonNullable<GivenSettings['httpAllow']>;
  commandAllow: NonNullable<GivenSettings['commandAllow']>;
  /** By the names that payloads have for them. */
  httpSecrets: Record<string, string>;
  heartbeatAllow: NonNullable<GivenSettings['heartbeatAllow']>;
  /** To whom alerts are told, and where the cluster says that it lives. */
  outward: Outward;
  leaderTtl: number;
  horizon: number;
  catchUpRate: number;
  /** What the configuration file sets for queues; absent: there is no such file. */
  queueSettings?: QueueConfiguration;
  logLevel: NonNullable<GivenSettings['logLevel']>;
}

/** The settings of queues in a configuration file. */
export interface QueueConfiguration {
  /** The file. */
  path: string;
  queues: ConfiguredQueues;
  /** Where a setting stands. */
  placeOf(queue: string, setting: string): string;
}

export type SettingsReading =
  | { ok: true; settings: Settings; warnings: string[] }
  | { ok: false; problems: Problem[]; warnings: string[] };

const PREFIX = 'CARILLON_';
const NAMES = Object.keys(SETTINGS) as SettingName[];
/** Keys of the file that are no settings of the table. */
const FILE_ONLY: readonly string[] = ['queues', 'alerts', 'heartbeat'];
/** What their variables may hold together, characters. */
const MOST_TEXT = 100_000;
const entry = (name: SettingName): Setting<unknown> => SETTINGS[name];

export function readSettings(sources: SettingSources): SettingsReading {
  const problems: Problem[] = [];
  const warnings = unknownVariables(sources.env);
  if (sources.file) problems.push(...unknownKeys(sources.file));

  const given: Record<string, unknown> = {};
  for (const name of NAMES) {
    if (!entry(name).for.includes(sources.runner)) continue;
    const found = lookUp(name, sources);
    if (!found) continue;
    const wrong: FieldProblem[] = [];
    const value = entry(name).read(found.raw, [], wrong);
    problems.push(
      ...wrong.map(({ path, detail }) => ({ pointer: found.where, detail: within(path, detail) })),
    );
    if (value !== undefined) given[name] = value;
  }
  const values = given as GivenSettings;
  // A worker that answers nobody may not be allowed to read it either.
  if (sources.runner !== 'worker' || values.metricsPort !== undefined) readKeyFile(values, problems);
  warnings.push(...weaknesses(values));
  const httpSecrets = sources.runner === 'start' ? {} : readHttpSecrets(sources.env, problems);
  const outward = outwardOf(sources, problems);
  const settings: Settings = { ...withDefaults(values, sources), httpSecrets, outward };
  if (sources.file) settings.queueSettings = readQueues(sources.file, problems);
  if (settings.horizon < 2 * settings.leaderTtl) {
    problems.push({
      pointer: 'horizon',
      detail: 'horizon must be at least 2 × leaderTtl, or a take-over makes runs late',
    });
  }
  return problems.length > 0 ? { ok: false, problems, warnings } : { ok: true, settings, warnings };
}

/** Of a list, which of its items: `2: must be …`. */
function within(path: readonly (string | number)[], detail: string): string {
  const place = path.map((step) => (typeof step === 'number' ? step + 1 : step)).join('.');
  return place === '' ? detail : `${place}: ${detail}`;
}

/** Workers read them too, so that nobody starts with a file that is wrong. */
function readQueues(file: ConfigFile, problems: Problem[]): QueueConfiguration {
  const { queues } = file.values;
  const wrong: FieldProblem[] = [];
  const read = queues === undefined ? new Map<string, never>() : readConfigured(queues, ['queues'], wrong);
  problems.push(
    ...wrong.map(({ path, detail }) => ({
      pointer: file.at(...path.map(String)),
      detail: `${path.slice(1).join('.')}: ${detail}`,
    })),
  );
  return { path: file.path, queues: read, placeOf: (queue, setting) => file.at('queues', queue, setting) };
}

/** Workers tell nobody, and may lack the variables. */
function outwardOf({ runner, file, env }: SettingSources, problems: Problem[]): Outward {
  if (!file || runner === 'worker') return { targets: [] };
  const wrong: FieldProblem[] = [];
  const { alerts, heartbeat } = file.values;
  const values = substitute({ alerts, heartbeat }, env, {
    problems: wrong,
    substituted: [],
    most: MOST_TEXT,
  });
  const outward = readOutward(values as { alerts?: unknown; heartbeat?: unknown }, wrong);
  // A variable that is not set is the reason for what is said of that value besides.
  const first = wrong.filter(
    (one, i) => wrong.findIndex(({ path }) => path.join('\n') === one.path.join('\n')) === i,
  );
  problems.push(
    ...first.map(({ path, detail }) => ({
      pointer: file.at(...path.map(String)),
      detail: `${path.join('.')}: ${detail}`,
    })),
  );
  return outward;
}

/** Flag > environment > file. An empty variable counts as not set. */
function lookUp(
  name: SettingName,
  { flags, env, file }: SettingSources,
): { raw: unknown; where: string } | null {
  const setting = entry(name);
  const flag = setting.flag && flags[flagKey(setting.flag)];
  if (setting.flag && flag !== undefined) return { raw: flag, where: flagWord(setting.flag) };
  for (const variable of name === 'redis' ? [setting.env, 'REDIS_URL'] : [setting.env]) {
    const raw = env[variable];
    if (raw !== undefined && raw !== '' && !isServiceLink(variable, raw)) return { raw, where: variable };
  }
  const raw = setting.file ? file?.values[name] : undefined;
  return file && raw !== undefined && raw !== null ? { raw, where: file.at(name) } : null;
}

/** Kubernetes puts variables for every service of a namespace into each container; `carillon` is a likely name. */
function isServiceLink(variable: string, value: string): boolean {
  return (
    /^(tcp|udp|sctp):\/\//.test(value) ||
    /_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$/.test(variable) ||
    /_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(variable)
  );
}

function unknownVariables(env: SettingSources['env']): string[] {
  const known: string[] = [...NAMES.map((name) => SETTINGS[name].env), ...OTHER_VARIABLES];
  return Object.entries(env)
    .filter(([variable]) => variable.startsWith(PREFIX) && !known.includes(variable))
    .filter(([variable]) => !SECRET_VARIABLE.test(variable))
    .filter(([variable, value]) => !isServiceLink(variable, value ?? ''))
    .map(([variable]) => `${variable} is no setting and is ignored${meant(variable, known)}`);
}

/** Told by what follows the prefix: with it any two short names would be near each other. */
function meant(variable: string, known: readonly string[]): string {
  const word = nearest(
    variable.slice(PREFIX.length),
    known.map((name) => name.slice(PREFIX.length)),
  );
  return word === undefined ? '' : ` (did you mean "${PREFIX}${word}"?)`;
}

function unknownKeys(file: ConfigFile): Problem[] {
  const known = NAMES.filter((name) => SETTINGS[name].file);
  return Object.keys(file.values)
    .filter((key) => !FILE_ONLY.includes(key) && !known.some((name) => name === key))
    .map((key) => ({
      pointer: file.at(key),
      detail: `${key} is no setting of this file${suggestion(key, [...known, ...FILE_ONLY])}`,
    }));
}

function readKeyFile(values: GivenSettings, problems: Problem[]): void {
  if (values.apiKeyFile === undefined) return;
  if (values.apiKey !== undefined) {
    problems.push({ pointer: 'CARILLON_API_KEY_FILE', detail: 'set either apiKey or apiKeyFile, not both' });
    return;
  }
  try {
    const key = readFileSync(values.apiKeyFile, 'utf8').trim();
    const wrong: FieldProblem[] = [];
    if (key === '') problems.push({ pointer: values.apiKeyFile, detail: 'the API key file is empty' });
    else if (SETTINGS.apiKey.read(key, [], wrong) !== undefined) values.apiKey = key;
    for (const { detail } of wrong)
      problems.push({ pointer: values.apiKeyFile, detail: `its key ${detail}` });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    problems.push({ pointer: values.apiKeyFile, detail: `the API key file cannot be read (${reason})` });
  }
}

/** A key is guessed sooner than anything else of this is broken. */
const SHORT_KEY = 16;

function weaknesses({ apiKey }: GivenSettings): string[] {
  if (apiKey === undefined || apiKey.length >= SHORT_KEY) return [];
  return [
    `the API key has fewer than ${SHORT_KEY} characters and can be guessed; openssl rand -hex 24 makes one`,
  ];
}

function withDefaults(
  values: GivenSettings,
  { runner, host, pid }: SettingSources,
): Omit<Settings, 'httpSecrets' | 'outward'> {
  const { apiKeyFile: _, ...given } = values;
  const leaderTtl = given.leaderTtl ?? 2_000;
  return {
    ...given,
    namespace: given.namespace ?? DEFAULTS.namespace,
    name:
      given.name ?? `${host.replace(/[^A-Za-z0-9.-]/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'host'}-${pid}`,
    host: given.host ?? '127.0.0.1',
    port: given.port ?? 4780,
    schedules: given.schedules ?? 'schedules',
    schedulesChosen: given.schedules !== undefined,
    queues: given.queues ?? (runner === 'dev' ? ['*'] : [...DEFAULTS.queues]),
    concurrency: given.concurrency ?? DEFAULTS.concurrency,
    lease: given.lease ?? DEFAULTS.lease,
    ...(given.drain === undefined ? {} : { drain: given.drain }),
    killAfter: given.killAfter ?? DEFAULTS.killAfter,
    httpAllow: given.httpAllow ?? [],
    commandAllow: given.commandAllow ?? [],
    heartbeatAllow: given.heartbeatAllow ?? [],
    leaderTtl,
    horizon: given.horizon ?? Math.max(10_000, 5 * leaderTtl),
    catchUpRate: given.catchUpRate ?? CATCH_UP_RATE,
    // dev prints a line for each run; below a warning the log would only repeat it.
    logLevel: given.logLevel ?? (runner === 'dev' ? 'warn' : 'info'),
  };
}
