/**
 * The definitions of a file set as slices: a line each, in buckets by id, deflated and named by their content. A set
 * that differs in one schedule from another shares all slices with it but one, so that what differs between two sets
 * of any size is found by reading a few of them.
 */

import { hash as digestText } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { canonical } from '../domain/input/canonical.js';
import { MIB } from '../domain/input/sizes.js';
import type { ScheduleDefinition } from '../domain/schedule/schedule.js';
import type { SetStore } from '../store/contract/index.js';

export interface Declared {
  definition: ScheduleDefinition;
  place: { file: string; line: number; column: number };
}

/** A file set, packed: what a proposal is made of. */
export interface PackedSet {
  digest: string;
  schedules: number;
  slices: Map<string, Uint8Array>;
}

/** One schedule of a set; `text` holds the rest of it. */
export interface Line {
  id: string;
  digest: string;
  text: string;
}

/** Schedules in a slice, about. */
const BUCKET = 256;
/** Text of a slice, characters; a slice of one schedule may be longer. */
const LONGEST_SLICE = MIB;

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

export async function packSet(declared: readonly Declared[]): Promise<PackedSet> {
  const lines = declared.map(lineOf).sort((a, b) => (a.id < b.id ? -1 : 1));
  const slices = new Map<string, Uint8Array>();
  for (const text of sliceTexts(lines)) {
    const bytes = await deflate(text);
    slices.set(hash(text), bytes);
  }
  return { digest: digestOf(lines), schedules: lines.length, slices };
}

function lineOf({ definition, place: { file, line, column } }: Declared): Line {
  const text = JSON.stringify([definition, file, line, column]);
  return { id: definition.id, digest: digestOfDefinition(definition), text };
}

/** Shorter than the names of slices: compared only with that of the same schedule in another set. */
export function digestOfDefinition(definition: ScheduleDefinition): string {
  return hash(canonical(definition)).slice(0, 16);
}

/** The same for the same definitions, whatever files they stand in. */
function digestOf(lines: readonly Line[]): string {
  const text = lines.map(({ id, digest }) => `${id} ${digest}`).join('\n');
  return digestText('sha256', text, 'hex');
}

/** So long that nobody meets two texts with one name by chance. */
function hash(text: string): string {
  return digestText('sha256', text, 'base64url').slice(0, 24);
}

function* sliceTexts(lines: readonly Line[]): Generator<string> {
  const count = 2 ** Math.max(0, Math.ceil(Math.log2(lines.length / BUCKET)));
  const buckets = new Map<number, string[]>();
  for (const { id, digest, text } of lines) {
    const bucket = Number.parseInt(digestText('sha256', id, 'hex').slice(0, 8), 16) % count;
    const written = buckets.get(bucket) ?? [];
    written.push(`${id} ${digest} ${text}`);
    buckets.set(bucket, written);
  }
  for (const bucket of buckets.values()) yield* textsOf(bucket);
}

function* textsOf(bucket: readonly string[]): Generator<string> {
  let part: string[] = [];
  let length = 0;
  for (const line of bucket) {
    if (part.length > 0 && length + line.length > LONGEST_SLICE) {
      yield part.join('\n');
      part = [];
      length = 0;
    }
    part.push(line);
    length += line.length + 1;
  }
  if (part.length > 0) yield part.join('\n');
}

export async function linesOf(slice: Uint8Array): Promise<Line[]> {
  const text = (await inflate(slice)).toString('utf8');
  return text.split('\n').map((line) => {
    const first = line.indexOf(' ');
    const second = line.indexOf(' ', first + 1);
    return { id: line.slice(0, first), digest: line.slice(first + 1, second), text: line.slice(second + 1) };
  });
}

export function declaredIn({ text }: Line): Declared {
  const [definition, file, line, column] = JSON.parse(text) as [ScheduleDefinition, string, number, number];
  return { definition, place: { file, line, column } };
}

/** The id it had before, of one that says so; most do not, and are not read for it. */
export function formerlyOf(line: Line): string | undefined {
  return line.text.includes('"formerly":') ? declaredIn(line).definition.formerly : undefined;
}

/** All of a set, slice after slice. */
export async function* linesIn(packed: PackedSet): AsyncGenerator<Line> {
  for (const bytes of packed.slices.values()) yield* await linesOf(bytes);
}

/** Lines of kept slices, by schedule id; null when some of them are not kept any more. */
export async function keptLines(
  store: Pick<SetStore, 'slices'>,
  set: string,
  ids: readonly string[],
): Promise<Map<string, Line> | null> {
  const slices = await store.slices(set, ids);
  const lines = new Map<string, Line>();
  for (const slice of slices) {
    if (!slice) return null;
    for (const line of await linesOf(slice)) lines.set(line.id, line);
  }
  return lines;
}
