/** A program as a process group of its own: started without a shell, and over when no process of the group is left. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mono } from '../runtime/clock.js';
import { after, sleep } from '../runtime/timers.js';
import { within } from '../runtime/within.js';
import { commandGuard } from './command-guard.js';
import type { OutputLines, Stream } from './output-lines.js';
import { isGroupThere, tellGroup } from './process-group.js';

/** Between two looks whether the group is gone, ms. */
const LOOK = 20;
/** After SIGKILL only what cannot be ended is left, ms. */
const AFTER_KILL = 1_000;
/** What left the group may hold the output open: nobody waits for it longer than this, ms. */
const LAST_OUTPUT = 2_000;

export interface ProcessRequest {
  command: string;
  args: readonly string[];
  cwd: string | undefined;
  env: Record<string, string>;
  stdin: string | undefined;
  /** Ends it. */
  signal: AbortSignal;
  /** Between SIGTERM and SIGKILL, ms. */
  grace: number;
  output: OutputLines;
}

export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Processes of its own were still running when it had ended; they were ended. */
  left: boolean;
}

/** Resolves when the whole group is gone. Throws where it cannot be started. */
export async function runProcess(request: ProcessRequest): Promise<ProcessEnd> {
  const { command, args, cwd, env, stdin, signal, output } = request;
  signal.throwIfAborted();
  const child = spawn(command, args, {
    cwd,
    env,
    shell: false,
    detached: true,
    stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const ended = endOf(command, child);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  listen(child, 'stdout', output);
  listen(child, 'stderr', output);
  // A program that does not read what it is given is its own affair.
  child.stdin?.on('error', () => {});
  child.stdin?.end(stdin);
  const group = child.pid;
  if (group === undefined) return ended;
  commandGuard.add(group);
  const stopping = new Stopping(group, request.grace);
  const stop = (): void => stopping.begin();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const end = await ended;
    const left = isGroupThere(group);
    if (left) await stopping.gone();
    await within(LAST_OUTPUT, closed);
    return { ...end, left };
  } finally {
    signal.removeEventListener('abort', stop);
    stopping.over();
    commandGuard.remove(group);
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

function endOf(command: string, child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new Error(`${command} cannot be started: ${error.message}`, { cause: error })),
    );
    child.once('exit', (code, signal) => resolve({ code, signal, left: false }));
  });
}

function listen(child: ChildProcess, stream: Stream, output: OutputLines): void {
  const from = child[stream];
  from?.setEncoding('utf8');
  from?.on('data', (text: string) => {
    output.add(stream, text);
    // One piece for each turn of the event loop: a flood would be read without an end, and the leases of the worker lost.
    from.pause();
    after(0, () => from.resume());
  });
}

/** SIGTERM, and SIGKILL when that is not heeded in time. */
class Stopping {
  readonly #group: number;
  readonly #grace: number;
  #cancel: (() => void) | null = null;
  #killedAt = Number.POSITIVE_INFINITY;

  constructor(group: number, grace: number) {
    this.#group = group;
    this.#grace = grace;
  }

  begin(): void {
    if (this.#cancel) return;
    tellGroup(this.#group, 'SIGTERM');
    // One that was stopped hears it only so.
    tellGroup(this.#group, 'SIGCONT');
    this.#cancel = after(this.#grace, () => {
      tellGroup(this.#group, 'SIGKILL');
      this.#killedAt = mono();
    });
  }

  /** Ends what is left of the group; nothing tells when the last of it is gone. */
  async gone(): Promise<void> {
    this.begin();
    while (isGroupThere(this.#group) && mono() < this.#killedAt + AFTER_KILL) await sleep(LOOK);
  }

  over(): void {
    this.#cancel?.();
  }
}
