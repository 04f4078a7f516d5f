/** Watches over a module that people wrote while it loads: whatever it does wrong ends in one coded error. */

import { isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatDuration } from '../domain/input/durations.js';
import { describeError } from '../domain/input/error-text.js';
import type { CarillonError } from '../domain/input/errors.js';
import { after } from '../runtime/timers.js';
import { describeThrown } from '../worker/thrown.js';

/** A module that has not loaded by then waits for something that will not come, ms. */
const LOAD_WITHIN = 30_000;

/** What the module did, in words, as the error that says so. */
export type Refuse = (detail: string) => CarillonError;

/**
 * What `load` answers. Throws `refuse(…)` when it throws, does not end, or leaves a rejection or an exception to
 * nobody; a module that ends the process ends it with that error's words and exit code.
 */
export async function guardLoad<T>(
  load: () => Promise<T>,
  refuse: Refuse,
  within: number = LOAD_WITHIN,
): Promise<T> {
  let fail: (error: CarillonError) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const floating = (reason: unknown): void =>
    fail(refuse(`it rejects a promise that nothing awaits: ${reasonOf(reason)}`));
  const stray = (error: unknown): void => fail(refuse(`it throws on load: ${reasonOf(error)}`));
  const exit = (code: number): void => {
    const error = refuse(`it ends the process on load, with code ${code}`);
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = error.exit;
  };
  process.on('unhandledRejection', floating);
  process.on('uncaughtException', stray);
  process.on('exit', exit);
  // The timer also keeps the process alive, which ends without a word when nothing but a promise is left.
  const cancel = after(within, () =>
    fail(
      refuse(
        `it has not loaded within ${formatDuration(within)}; a top-level await in it waits for something that does not come`,
      ),
    ),
  );
  try {
    const loading = load().catch((error: unknown) => {
      throw refuse(`it throws on load: ${reasonOf(error)}`);
    });
    const loaded = await Promise.race([loading, failed]);
    // Node reports a rejection that nothing awaits at the end of the turn.
    await Promise.race([new Promise<void>((resolve) => after(0, resolve)), failed]);
    return loaded;
  } finally {
    cancel();
    process.off('unhandledRejection', floating);
    process.off('uncaughtException', stray);
    process.off('exit', exit);
  }
}

/** The first line of what was thrown, and where. */
function reasonOf(thrown: unknown): string {
  const [first = ''] = describeThrown(thrown).message.split('\n');
  const place = thrown instanceof Error ? placeOf(thrown) : undefined;
  return place === undefined ? first.trim() : `${first.trim()} (${place})`;
}

/** Our own files, which throw on behalf of the module, and packages say nothing about where it went wrong. */
const NOT_THEIRS = [fileURLToPath(new URL('..', import.meta.url)), '/node_modules/', '\\node_modules\\'];

/** `file:line:column` in the people's own code, as far as the error tells. */
export function placeOf(error: Error): string | undefined {
  // The TypeScript loader names the place of a syntax error in the message, Node in the stack's first line.
  const parsed = /\n\s*(\S.*:\d+:\d+)\s*$/.exec(String(error.message))?.[1];
  const [first = '', ...frames] = String(error.stack).split('\n');
  const linked = /^(file:\/\/.*:\d+)$/.exec(first)?.[1];
  // Without the column: what the TypeScript loader puts before the first line shifts it.
  const thrown = frames
    .map(
      (frame) => /(?:\(|at (?:async )?)((?:file:\/\/)?(?:\/|[A-Za-z]:\\)[^()]*:\d+):\d+\)?$/.exec(frame)?.[1],
    )
    .find((place) => place !== undefined && !NOT_THEIRS.some((part) => pathOf(place).includes(part)));
  const place = parsed ?? linked ?? thrown;
  return place === undefined ? undefined : nearPath(pathOf(place));
}

function pathOf(place: string): string {
  return place.startsWith('file://') ? fileURLToPath(place) : place;
}

/** As people would type it, seen from where they are. */
function nearPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') || isAbsolute(near) ? path : near;
}
