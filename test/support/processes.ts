/** Real product processes for tests: started, their output awaited line by line, killed, and all cleaned up. */

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface StartOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** Text for its standard input, which is then closed; otherwise there is none. */
  input?: string;
  /** A session of its own, so that a test can signal the whole group as a terminal does. */
  ownGroup?: boolean;
}

export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export class TestProcess {
  readonly pid: number;
  /** The process is gone. */
  readonly exited: Promise<ProcessEnd>;
  /** It is gone and its output complete, which also waits for children that hold the same streams. */
  readonly ended: Promise<ProcessEnd>;
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #ownGroup: boolean;
  readonly #watchers = new Set<() => void>();
  #end: ProcessEnd | undefined;
  #stdout = '';
  #stderr = '';
  /** Both, in the order they came, for messages and for line(). */
  #output = '';

  constructor(command: string, args: readonly string[], options: StartOptions) {
    this.#name = [command, ...args].map((arg) => arg.replace(/^.*\//, '')).join(' ');
    this.#ownGroup = options.ownGroup ?? false;
    this.#child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...cleanEnvironment(), ...options.env },
      detached: this.#ownGroup,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    this.pid = this.#child.pid ?? 0;
    this.#child.stdin?.on('error', () => {});
    this.#child.stdin?.end(options.input);
    this.#collect(this.#child.stdout, (text) => {
      this.#stdout += text;
    });
    this.#collect(this.#child.stderr, (text) => {
      this.#stderr += text;
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('error', () => resolve({ code: null, signal: null }));
      this.#child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    this.ended = new Promise((resolve) => {
      const end = (value: ProcessEnd): void => {
        this.#end = value;
        this.#notify();
        resolve(value);
      };
      this.#child.once('error', () => end({ code: null, signal: null }));
      this.#child.once('close', (code, signal) => end({ code, signal }));
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Everything printed so far, both streams in the order they came. */
  get output(): string {
    return this.#output;
  }

  /** The first line, already printed or yet to come, that matches; fails with the output when it ends or takes too long. */
  line(pattern: RegExp, within = 20_000): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        act();
      };
      const fail = (why: string): void =>
        settle(() =>
          reject(new Error(`${this.#name} ${why} a line like ${pattern}. Output:\n${this.#output}`)),
        );
      const look = (): void => {
        const lines = this.#output.split('\n');
        // The last one may still be growing.
        if (!this.#end) lines.pop();
        const match = lines.map((line) => line.match(pattern)).find((found) => found !== null);
        if (match) settle(() => resolve(match));
        else if (this.#end) fail(`ended (code ${this.#end.code}, signal ${this.#end.signal}) without`);
      };
      const timer = setTimeout(() => fail(`did not print within ${within} ms`), within);
      this.#watchers.add(look);
      look();
    });
  }

  /** Sends a signal, by default to the process alone; with `ownGroup` processes also to its whole group. */
  kill(signal: NodeJS.Signals, to: 'process' | 'group' = 'process'): void {
    if (this.#end) return;
    if (to === 'group' && !this.#ownGroup) throw new Error('start it with ownGroup to signal its group');
    try {
      process.kill(to === 'group' ? -this.pid : this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** SIGTERM, or another signal, and its end; SIGKILL and an error with the output when it does not follow. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', within = 20_000): Promise<ProcessEnd> {
    this.kill('SIGCONT');
    this.kill(signal);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), within);
    });
    const end = await Promise.race([this.exited, late]);
    clearTimeout(timer);
    if (end) return end;
    this.kill('SIGKILL', this.#ownGroup ? 'group' : 'process');
    throw new Error(`${this.#name} did not end within ${within} ms of ${signal}. Output:\n${this.#output}`);
  }

  #collect(stream: NodeJS.ReadableStream | null, add: (text: string) => void): void {
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => {
      add(text);
      this.#output += text;
      this.#notify();
    });
  }

  #notify(): void {
    for (const look of [...this.#watchers]) look();
  }
}

/** The processes of one test. Register `afterEach(() => processes.stopAll())`. */
export class Processes {
  readonly #started: TestProcess[] = [];

  /** `carillon <args>` from the built dist/. */
  carillon(args: readonly string[], options: StartOptions = {}): TestProcess {
    return this.start(process.execPath, [MAIN, ...args], options);
  }

  start(command: string, args: readonly string[], options: StartOptions = {}): TestProcess {
    const started = new TestProcess(command, args, options);
    this.#started.push(started);
    return started;
  }

  /** Runs `carillon <args>` to its end. */
  async run(
    args: readonly string[],
    options: StartOptions = {},
  ): Promise<ProcessEnd & { stdout: string; stderr: string }> {
    const started = this.carillon(args, options);
    const end = await started.ended;
    return { ...end, stdout: started.stdout, stderr: started.stderr };
  }

  /** Ends whatever still runs: SIGTERM, and SIGKILL when that is not heeded. */
  async stopAll(): Promise<void> {
    const ends = this.#started.splice(0).map((each) => each.stop('SIGTERM', 10_000).catch(() => each.exited));
    await Promise.all(ends);
  }
}

/** Our environment without what would configure a Carillon by chance. */
function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      !entry[0].startsWith('CARILLON_') &&
      !/^(REDIS_URL|NODE_OPTIONS|VITEST.*)$/.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), NO_COLOR: '1' };
}
