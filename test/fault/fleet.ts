/** Scheduler nodes and workers as real processes, started again whenever they end, as a supervisor would. */

import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.js';
import { Processes, type TestProcess } from '../support/processes.js';
import type { Dice } from './dice.js';
import { mono, pause } from './now.js';

const HANDLERS = fileURLToPath(new URL('./handlers.js', import.meta.url));
/** How long a supervisor takes to start a process again, ms. */
const RESTART = { least: 100, most: 1_500 };
const PATIENCE = 3_000;

export interface FleetOptions {
  redis: string;
  namespace: string;
  schedules: string;
  journal: string;
  directory: string;
  /** Further settings, by their environment variables. */
  settings: Record<string, string>;
  queues: readonly string[];
  dice: Dice;
}

/** One process from start to end. */
export interface Life {
  readonly name: string;
  readonly process: TestProcess;
  endedAt: number | null;
  /** Somebody meant it to end. */
  condemned: boolean;
  /** How it ended, when nobody meant it to. */
  strange: string | null;
  readonly silences: { from: number; to: number }[];
}

export class Member {
  readonly kind: 'node' | 'worker';
  readonly slot: string;
  readonly lives: Life[] = [];
  /** Of a node whose API listens. */
  url: string | null = null;
  /** Takes part, and no fault is at work on it. */
  fit = false;

  constructor(kind: 'node' | 'worker', slot: string) {
    this.kind = kind;
    this.slot = slot;
  }

  get life(): Life | undefined {
    return this.lives.at(-1);
  }
}

export interface LeaderSeen {
  node: string;
  term: number;
}

export class Fleet {
  readonly members: readonly Member[];
  readonly #options: FleetOptions;
  readonly #processes = new Processes();
  #closing = false;

  constructor(nodes: number, workers: number, options: FleetOptions) {
    this.#options = options;
    this.members = [
      ...Array.from({ length: nodes }, (_, i) => new Member('node', `n${i + 1}`)),
      ...Array.from({ length: workers }, (_, i) => new Member('worker', `w${i + 1}`)),
    ];
  }

  async start(): Promise<void> {
    for (const member of this.members) this.#begin(member);
    await this.allFit();
  }

  allFit(): Promise<unknown> {
    const unfit = (): string[] =>
      this.members
        .filter(({ fit }) => !fit)
        .map(({ slot, lives }) =>
          [slot, ...lives.flatMap(({ strange }) => strange ?? []).slice(-1)].join(': '),
        );
    return eventually(unfit, (slots) => slots.length === 0, {
      within: 60_000,
      what: 'every process running',
    });
  }

  fit(kind: Member['kind']): Member[] {
    return this.members.filter((member) => member.kind === kind && member.fit);
  }

  /** Ends a process by a signal that it is to die of; resolves when it is gone. */
  async end(member: Member, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { life } = member;
    if (!life) return;
    member.fit = false;
    life.condemned = true;
    const { code } = await life.process.stop(signal);
    if (signal === 'SIGTERM' && code !== 0) life.strange = `exit code ${code} after SIGTERM`;
  }

  /** Stops a process for a while; it does not notice until it goes on. */
  async hold(member: Member, ms: number): Promise<{ from: number; to: number }> {
    const { life } = member;
    const silence = { from: mono(), to: Number.POSITIVE_INFINITY };
    member.fit = false;
    life?.process.kill('SIGSTOP');
    silence.from = mono();
    life?.silences.push(silence);
    await pause(ms);
    silence.to = mono();
    life?.process.kill('SIGCONT');
    if (life?.endedAt === null) member.fit = true;
    return silence;
  }

  /** Something outside kept every process of a kind from doing anything. */
  silence(kind: Member['kind'], during: { from: number; to: number }): void {
    for (const member of this.members) if (member.kind === kind) member.life?.silences.push(during);
  }

  /** Asks any node that answers; null when none does. */
  async ask(path: string, init: RequestInit = {}, within = PATIENCE): Promise<Response | null> {
    const urls = this.members.flatMap(({ url }) => url ?? []);
    for (const url of this.#options.dice.shuffled(urls)) {
      const response = await fetch(url + path, { ...init, signal: AbortSignal.timeout(within) }).catch(
        () => null,
      );
      if (response && response.status !== 503) return response;
      await response?.body?.cancel();
    }
    return null;
  }

  async leader(): Promise<LeaderSeen | null> {
    const response = await this.ask('/v1/cluster', {}, 500);
    const seen = (await response?.json().catch(() => null)) as { leader: LeaderSeen | null } | null;
    return seen?.leader ?? null;
  }

  /** Nothing is started again from here on, and everything ends. */
  async stop(): Promise<void> {
    this.#closing = true;
    for (const { life } of this.members) if (life) life.condemned = true;
    await this.#processes.stopAll();
  }

  #begin(member: Member): void {
    const name = member.kind === 'node' ? member.slot : `${member.slot}-${member.lives.length + 1}`;
    const process = this.#launch(member, name);
    const life: Life = { name, process, endedAt: null, condemned: false, strange: null, silences: [] };
    member.lives.push(life);
    const ready = member.kind === 'node' ? /"url":"(http[^"]+)"/ : /"message":"the worker takes tasks"/;
    process.line(ready, 60_000).then(
      ([, url]) => {
        member.url = url ?? null;
        member.fit = life.endedAt === null;
      },
      () => {},
    );
    void process.exited.then(async ({ code, signal }) => {
      life.endedAt = mono();
      member.url = null;
      member.fit = false;
      if (!life.condemned) life.strange = `code ${code}, signal ${signal}: ${process.output.slice(-2_000)}`;
      if (this.#closing) return;
      await pause(this.#options.dice.between(RESTART.least, RESTART.most));
      if (!this.#closing) this.#begin(member);
    });
  }

  #launch({ kind }: Member, name: string): TestProcess {
    const { redis, namespace, schedules, journal, directory, settings, queues } = this.#options;
    const env = {
      ...settings,
      CARILLON_REDIS_URL: redis,
      CARILLON_NAMESPACE: namespace,
      CARILLON_NAME: name,
      CARILLON_LOG_FORMAT: 'json',
      FAULT_JOURNAL: journal,
    };
    const node = ['start', '--port', '0', '--schedules', schedules];
    const worker = ['worker', HANDLERS, '--queues', queues.join(','), '--concurrency', '20'];
    return this.#processes.carillon(kind === 'node' ? node : worker, { env, cwd: directory });
  }
}
