/** One process's connection to the data Redis: connections, scripts, and what is known of each partition. */

import type { ChainableCommander, Command, Redis } from 'ioredis';
import { CarillonError } from '../../domain/input/errors.js';
import { redisDatabase } from '../../domain/input/redis-address.js';
import { mono, RedisClock } from '../../runtime/clock.js';
import type { Log } from '../../runtime/log.js';
import type { Observers } from '../../runtime/observed.js';
import { shortHash } from '../../runtime/short-hash.js';
import { within } from '../../runtime/within.js';
import { type BareCall, FieldsCall } from './bare-call.js';
import { type Call, encodeCall, encodeRows, type Place, type Row } from './call.js';
import { connect, explain, refusalOf, type Use, unreachable, untilReady } from './connect.js';
import type { ScriptName, ScriptRows } from './headers.js';
import { LAYOUT } from './keys.js';
import { Partition } from './partition.js';
import { type RegistryKeys, registryKeys } from './registry-keys.js';
import { ScriptCall, type ScriptReply } from './script-call.js';
import { loadScripts, type Script } from './scripts.js';
import { tellAnswer } from './timed.js';
import { Turn } from './turn.js';
import type { Items } from './wire.js';

export type Reply = (string | number | null)[];

/** Plain commands, one at a time. */
export type Commands = Omit<Redis, 'pipeline' | 'multi'>;

export interface ConnectionOptions {
  url: string;
  namespace: string;
  log: Log;
  observed: Observers;
}

/** How long an end waits for answers, ms. */
const LAST_ANSWERS = 1_000;

export class Connection {
  readonly registry: RegistryKeys;
  /** The registry as a place of scripts. */
  readonly shared: Place;
  readonly log: Log;
  /** Of this master; fed by every reply that tells its time, and by nothing else. */
  readonly clock = new RedisClock();
  readonly #redis: Redis;
  readonly #options: ConnectionOptions;
  readonly scripts: Record<ScriptName, Script>;
  readonly #partitions = new Map<string, Partition>();
  readonly #others = new Set<Redis>();
  /** Told of a partition whose outbox holds something. */
  readonly owing = new Set<(queue: string) => void>();
  /** Told of a partition in which something may have been tallied. */
  readonly tallying = new Set<(queue: string) => void>();
  readonly #turn = new Turn();
  #connecting: Promise<void> | null = null;
  #closed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.log = options.log;
    this.registry = registryKeys(options.namespace, redisDatabase(options.url));
    this.shared = { prefix: this.registry.prefix, channel: this.registry.channel, queue: '', birth: '' };
    this.scripts = loadScripts();
    this.#redis = connect(options.url, 'commands', options.log);
    // A restarted Redis has forgotten the scripts; loading them here keeps NOSCRIPT off the road.
    this.#redis.on('ready', () => {
      this.#load().catch(() => {});
    });
  }

  async #load(): Promise<void> {
    await Promise.all(Object.values(this.scripts).map(({ text }) => this.#redis.script('LOAD', text)));
  }

  /** A further connection, closed together with this connection. */
  connect(use: Use): Redis {
    const redis = connect(this.#options.url, use, this.#options.log);
    this.#others.add(redis);
    redis.once('end', () => this.#others.delete(redis));
    return redis;
  }

  /** What a thread needs to call this script on its own connection. */
  scriptElsewhere(name: ScriptName): { url: string; script: string } {
    return { url: this.#options.url, script: this.scripts[name].text };
  }

  /** Runs a script that replies with a list. */
  call<N extends ScriptName>(name: N, place: Place, call: Call<N>): Promise<Reply> {
    return this.run(name, encodeCall(this.scripts[name], place, call)) as Promise<Reply>;
  }

  rows<N extends keyof ScriptRows>(name: N, rows: readonly Row<N>[]): Items {
    return encodeRows(this.scripts[name], rows);
  }

  /** Runs a script on its key and arguments, encoded. */
  run(name: ScriptName, items: Items): Promise<ScriptReply> {
    const call = new ScriptCall(this.scripts[name], items, this.send);
    this.tellTime(name, call.promise);
    this.send(call);
    return call.promise;
  }

  /** Fields of a hash that may be large. */
  fields(key: string, names: readonly string[]): Promise<(string | null)[]> {
    const call = new FieldsCall(key, names);
    this.send(call);
    return call.promise as Promise<(string | null)[]>;
  }

  tellTime(name: ScriptName, answer: Promise<ScriptReply>): void {
    const { observed } = this.#options;
    if (observed.timesCalls) tellAnswer(observed, name, answer);
  }

  /** All of them in one turn, as soon as they can be sent. */
  readonly send = (...calls: readonly BareCall[]): void => {
    if (this.#usable) this.#write(calls);
    else {
      this.#ready()
        .then(() => this.#write(calls))
        .catch((error: Error) => {
          for (const call of calls) call.reject(error);
        });
    }
  };

  /**
   * A line that has just broken is `ready` until ioredis hears of it, and refuses at once whatever is sent: who tries
   * again at once would keep it from ever hearing.
   */
  get #usable(): boolean {
    return this.#redis.status === 'ready' && this.#redis.stream.writable;
  }

  /** Answers nothing: a call's own promise is its caller's, and nobody else may be left with one that rejects. */
  #write(calls: readonly BareCall[]): void {
    const { stream } = this.#redis;
    const [first, second] = calls;
    if (this.#usable) this.#turn.write(stream, !second && first?.isSmall === true);
    // Several go together as far as they are short: each write is a call of the system, and wakes Redis.
    if (second) stream.cork();
    for (const call of calls) {
      const sent = this.#redis.sendCommand(call as unknown as Command);
      // A process that traces its commands is given another promise in place of the call's.
      if (sent !== call.promise) Promise.resolve(sent).catch(() => {});
    }
    if (second) stream.uncork();
  }

  /** Waits for the connection as long as for an answer; one that is refused is not waited for. */
  #ready(): Promise<void> {
    const refusal = refusalOf(this.#redis) ?? (this.#closed ? unreachable(this.#redis) : null);
    if (refusal) return Promise.reject(refusal);
    this.#connecting ??= untilReady(this.#redis).finally(() => {
      this.#connecting = null;
    });
    return this.#connecting;
  }

  /** Like `call`, on a partition: opens it when it turns out not to be, and asks once more. */
  async on<N extends ScriptName>(
    partition: Partition,
    name: N,
    build: () => Call<N> | Promise<Call<N>>,
  ): Promise<Reply> {
    // Sent in this very turn where nothing is to be waited for: Redis works on it while the caller builds the next one.
    const built = build();
    const reply = await this.call(name, partition, built instanceof Promise ? await built : built);
    if (reply[0] !== 'unopened') return reply;
    partition.forget();
    await this.open(partition);
    // Built anew: lane codes may differ in a partition that was emptied.
    const again = await this.call(name, partition, await build());
    if (again[0] === 'unopened')
      throw new CarillonError('unavailable', `Partition ${partition.queue} does not stay open`);
    return again;
  }

  partition(queue: string): Partition {
    let partition = this.#partitions.get(queue);
    if (!partition) {
      partition = new Partition(this.#options.namespace, queue, this.registry.channel);
      this.#partitions.set(queue, partition);
    }
    return partition;
  }

  /** A script has said that something waits in the partition's outbox. */
  owes({ queue }: Partition): void {
    for (const told of this.owing) told(queue);
  }

  /** A script may have tallied something in the partition. */
  tallied({ queue }: Partition): void {
    for (const told of this.tallying) told(queue);
  }

  /** Registry entry first, then the layout number in the partition; answers the partition's code. */
  async open(partition: Partition): Promise<string> {
    if (partition.opened) return partition.code;
    const isNew = (await this.ask((redis) => redis.sadd(this.registry.queues, partition.queue))) === 1;
    const keep = isNew ? await this.#tellOpening(partition.queue) : 0;
    const [, birth] = await this.call('open', partition, { keep });
    const layout = String(birth).split(':')[0];
    if (layout !== LAYOUT) {
      throw new CarillonError(
        Number(layout) < Number(LAYOUT) ? 'data_too_old' : 'data_too_new',
        `Queue ${partition.queue} has data layout ${layout}; this release knows ${LAYOUT}`,
      );
    }
    partition.opened = true;
    partition.birth = String(birth);
    return partition.code;
  }

  /** Where somebody listens to all queues, a new one is told of before anything happens in it; for how long it records. */
  async #tellOpening(queue: string): Promise<number> {
    const { events } = this.registry;
    const [place, left] = await this.pipeline((pipeline) => {
      pipeline.xadd(events, 'NOMKSTREAM', '*', 'e', `opening ${queue}`).pttl(events);
    });
    return place === null ? 0 : Math.max(0, Number(left));
  }

  /** Lane codes of the given (letter + handler) names, interned when they are new. */
  async lanes(partition: Partition, names: readonly string[]): Promise<void> {
    const unknown = names.filter((name) => partition.laneOf(name) === undefined);
    if (unknown.length === 0) return;
    const more = this.rows(
      'intern',
      unknown.map((name) => ({ name, hash: shortHash(name) })),
    );
    const reply = await this.on(partition, 'intern', () => ({ more }));
    if (reply[0] === 'full') {
      const detail = 'is a new name, and this queue knows 10,000 names already, by priority';
      const message = `Queue ${partition.queue} takes no more handlers.`;
      throw new CarillonError('invalid_input', message, [{ pointer: '/handler', detail }]);
    }
    for (const [i, name] of unknown.entries()) partition.learn(name, String(reply[i + 1]));
  }

  /** Reads every lane of the partition anew; what was known of others is forgotten. */
  async readLanes(partition: Partition): Promise<void> {
    const { keys } = partition;
    const [layout, lanes] = await this.ask((redis) =>
      Promise.all([redis.get(keys.layout), redis.hgetall(keys.lanes)]),
    );
    partition.forgetLanes();
    partition.lanesKnown = `${layout ?? ''}/${Object.keys(lanes).length}`;
    for (const [code, name] of Object.entries(lanes)) if (!code.startsWith(':')) partition.learn(name, code);
  }

  /** Connects now; a refused first connection is retried by the connection itself, which also logs it. */
  begin(): void {
    this.#redis.connect().catch(() => {});
  }

  /** A plain command, with errors explained. */
  async ask<T>(question: (redis: Commands) => Promise<T>): Promise<T> {
    try {
      if (!this.#usable) await this.#ready();
      return await question(this.#redis);
    } catch (error) {
      throw explain(error);
    }
  }

  /** Many plain commands in one go: a reply for each, or the first error of any. `exec` itself resolves with them. */
  async pipeline(fill: (pipeline: ChainableCommander) => void): Promise<unknown[]> {
    const replies = await this.ask(() => {
      const pipeline = this.#redis.pipeline();
      fill(pipeline);
      return pipeline.exec();
    });
    return (replies ?? []).map(([error, reply]) => {
      if (error) throw explain(error);
      return reply;
    });
  }

  /** Redis time, measured. */
  async time(): Promise<number> {
    const sent = mono();
    const [seconds, micros] = await this.ask((redis) => redis.time());
    const now = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
    this.clock.observe(now, sent, mono());
    return now;
  }

  /** Waits for what was asked before, a moment; whatever is asked afterwards is refused at once. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const redis of this.#others) redis.disconnect();
    if (this.#redis.status === 'ready') await within(LAST_ANSWERS, this.#redis.quit()).catch(() => {});
    this.#redis.disconnect();
  }
}
