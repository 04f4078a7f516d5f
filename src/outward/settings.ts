/** `alerts` and `heartbeat` of a configuration file: to whom alerts are told, and where a cluster that lives says so. */

import { readFileSync } from 'node:fs';
import { isSecret, SECRET_GRAMMAR } from '../builtin/signature.js';
import {
  duration,
  type FieldProblem,
  group,
  listOf,
  oneOf,
  type Path,
  type Reader,
  reader,
  text,
} from '../domain/input/readers.js';
import { webUrl } from '../domain/input/web-url.js';
import { shortHash } from '../runtime/short-hash.js';

export const FORMATS = ['standard', 'slack'] as const;

/** Somebody who is told. */
export interface AlertTarget {
  /** The same in every process with the same address and format; says nothing about them. */
  name: string;
  url: URL;
  format: (typeof FORMATS)[number];
  /** Signs what is sent. */
  secret?: string;
}

export interface Heartbeat {
  url: URL;
  /** ms. */
  every: number;
}

export interface Outward {
  targets: AlertTarget[];
  heartbeat?: Heartbeat;
}

const USUAL_EVERY = 60_000;
const MOST_TARGETS = 20;
const NAME_LENGTH = 10;

/** Never quoted. */
const secret: Reader<string> = reader(SECRET_GRAMMAR, (raw) => (isSecret(raw) ? (raw as string) : undefined));

const target = group({ url: webUrl, format: oneOf(...FORMATS), secret, secretFile: text(1_024) });
const heartbeat = group({ url: webUrl, every: duration(1_000, 86_400_000) });

/** What is wrong is told by its path, and never quoted: an address may be as secret as a password. */
export function readOutward(
  raw: { alerts?: unknown; heartbeat?: unknown },
  problems: FieldProblem[],
): Outward {
  const read = { targets: targetsOf(raw.alerts, problems) };
  const beat = heartbeatOf(raw.heartbeat, problems);
  return beat ? { ...read, heartbeat: beat } : read;
}

function targetsOf(raw: unknown, problems: FieldProblem[]): AlertTarget[] {
  if (raw === undefined || raw === null) return [];
  const one: Reader<AlertTarget> = (item, path, wrong) => targetOf(item, path, wrong);
  const targets = listOf(one, MOST_TARGETS, 0)(raw, ['alerts'], problems) ?? [];
  const names = new Set<string>();
  for (const [i, { name }] of targets.entries()) {
    if (names.has(name)) problems.push({ path: ['alerts', i], detail: 'is there twice' });
    names.add(name);
  }
  return targets;
}

function targetOf(raw: unknown, path: Path, problems: FieldProblem[]): AlertTarget | undefined {
  const given = target(raw, path, problems);
  if (!given) return undefined;
  const { url, format = 'standard' } = given;
  if (!url && !hasProblem(problems, [...path, 'url'])) problems.push({ path, detail: 'needs a url' });
  const own = given.secretFile === undefined ? given.secret : secretIn(given, path, problems);
  if (own !== undefined && format === 'slack')
    problems.push({ path: [...path, 'format'], detail: 'slack knows no signature: leave the secret out' });
  if (!url) return undefined;
  const name = shortHash(`${format} ${url.href}`).slice(0, NAME_LENGTH);
  return { name, url, format, ...(own === undefined ? {} : { secret: own }) };
}

function secretIn(
  { secret: given, secretFile = '' }: { secret?: string; secretFile?: string },
  path: Path,
  problems: FieldProblem[],
): string | undefined {
  const told = (detail: string): undefined => {
    problems.push({ path: [...path, 'secretFile'], detail });
  };
  if (given !== undefined) return told('set either secret or secretFile, not both');
  try {
    const held = readFileSync(secretFile, 'utf8').trim();
    return isSecret(held) ? held : told(`must hold ${SECRET_GRAMMAR}`);
  } catch (error) {
    return told(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unreadable'})`);
  }
}

function heartbeatOf(raw: unknown, problems: FieldProblem[]): Heartbeat | undefined {
  if (raw === undefined || raw === null) return undefined;
  const given = heartbeat(raw, ['heartbeat'], problems);
  if (!given) return undefined;
  if (!given.url && !hasProblem(problems, ['heartbeat', 'url']))
    problems.push({ path: ['heartbeat'], detail: 'needs a url' });
  return given.url && { url: given.url, every: given.every ?? USUAL_EVERY };
}

const hasProblem = (problems: readonly FieldProblem[], path: Path): boolean =>
  problems.some((one) => one.path.join('\n') === path.join('\n'));
