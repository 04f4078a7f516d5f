/** The registry in the model: terms, presence and signals. */

import type {
  LeavingWhy,
  OrderChange,
  Orders,
  Presence,
  RecordedTerm,
  ReignRecord,
  Signal,
  Term,
} from '../store/contract/index.js';

type Kind = 'node' | 'worker';

export class ModelRegistry {
  readonly #now: () => number;
  readonly #locks = new Map<string, string>();
  readonly #answers = new Map<string, { value: string; until: number }>();
  readonly #schemas = new Map<string, { text: string; until: number }>();
  readonly #present = { node: new Map<string, Entry>(), worker: new Map<string, Entry>() };
  readonly #orders = new Map<string, Orders>();
  readonly #listeners = new Set<(signal: Signal) => void>();
  /** How often something was told of a queue; of no queue: of file sets and operations. */
  readonly #told = new Map<string, number>();
  #office: RecordedTerm | null = null;
  readonly #reigns: ReignRecord[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Stands in for redlock's key; null frees the lock. */
  setLock(key: string, value: string | null): void {
    if (value === null) this.#locks.delete(key);
    else this.#locks.set(key, value);
  }

  allocateTerm(node: string, lockValue: string, lockKey?: string): Term | null {
    if (lockKey !== undefined && this.#locks.get(lockKey) !== lockValue) return null;
    const since = this.#now();
    const number = Math.max((this.#office?.number ?? 0) + 1, since);
    const last = this.#reigns.at(-1);
    const heard = Number(this.#office?.planned?.split(':')[1]);
    if (last && last.end === undefined) Object.assign(last, { end: 'gone', until: heard });
    this.#reigns.push({ number, node, since });
    const term = { number, token: `${number}/${node}/${lockValue}`, node, since, lockValue };
    this.#office = { ...term, planned: `${number}:${since}`, deposed: this.#office?.deposed ?? 0 };
    return term;
  }

  /** Of one that was deposed nobody needs to say that it left. */
  leave({ token, number }: Term, why: LeavingWhy): void {
    const reign = this.#office?.token === token && this.#reigns.find((one) => one.number === number);
    if (reign && reign.end === undefined) Object.assign(reign, { until: this.#now(), ...why });
  }

  reigns(): ReignRecord[] {
    return structuredClone(this.#reigns);
  }

  office(): RecordedTerm | null {
    return this.#office && { ...this.#office };
  }

  markPlanned(term: Term, settled: boolean): 'ok' | 'fenced' {
    if (this.#office?.token !== term.token) return 'fenced';
    this.#office.planned = `${term.number}:${this.#now()}`;
    if (settled) this.#office.deposed = 0;
    return 'ok';
  }

  depose(recorded: RecordedTerm, patienceMs: number): boolean {
    const office = this.#office;
    if (!office || office.token !== recorded.token || office.planned !== recorded.planned) return false;
    const age = this.#now() - Number(recorded.planned?.split(':')[1]);
    if (age >= 0 && age < patienceMs) return false;
    office.planned = `${office.number}:${this.#now()}`;
    office.deposed += 1;
    const reign = this.#reigns.find(({ number }) => number === office.number);
    if (reign && reign.end === undefined) Object.assign(reign, { end: 'deposed', until: this.#now() });
    return true;
  }

  /** When it was seen is the store's to say. */
  announce(kind: Kind, presence: Presence, ttlMs: number, formers: readonly string[] = []): Orders | null {
    const seenAt = this.#now();
    this.#present[kind].set(presence.id, {
      presence: structuredClone({ ...presence, seenAt }),
      until: seenAt + ttlMs,
    });
    for (const former of formers) {
      const unread = this.#orders.get(former);
      if (unread && !this.#orders.has(presence.id)) this.#orders.set(presence.id, unread);
      this.depart(kind, former);
    }
    const asked = this.#orders.get(presence.id);
    return asked && asked.nonces.at(-1) !== presence.obeys ? structuredClone(asked) : null;
  }

  orders(workers: readonly string[]): (Orders | null)[] {
    return workers.map((worker) => structuredClone(this.#orders.get(worker) ?? null));
  }

  order(worker: string, { expect, orders }: OrderChange): 'ok' | 'stale' | 'unknown' {
    const stored = this.#orders.get(worker);
    const latest = stored?.nonces.at(-1);
    if (stored && latest === orders.nonces.at(-1)) return 'ok';
    if (!this.present('worker').some(({ id }) => id === worker)) return 'unknown';
    if (latest !== expect?.nonces.at(-1)) return 'stale';
    this.#orders.set(worker, structuredClone(orders));
    return 'ok';
  }

  depart(kind: Kind, id: string): void {
    this.#present[kind].delete(id);
    if (kind === 'worker') this.#orders.delete(id);
  }

  present(kind: Kind): Presence[] {
    const entries = [...this.#present[kind].values()].filter(({ until }) => until > this.#now());
    return structuredClone(entries.map(({ presence }) => presence));
  }

  remember(key: string, value: string, ttlMs: number): string {
    const known = this.#answers.get(key);
    if (known && known.until > this.#now()) return known.value;
    this.#answers.set(key, { value, until: this.#now() + ttlMs });
    return value;
  }

  /** Whether it is this one's, for so long from now on. */
  hold(key: string, by: string, ttlMs: number): boolean {
    if (this.remember(key, by, ttlMs) !== by) return false;
    this.#answers.set(key, { value: by, until: this.#now() + ttlMs });
    return true;
  }

  keepSchemas(digest: string, text: string, ttlMs: number): void {
    this.#schemas.set(digest, { text, until: this.#now() + ttlMs });
  }

  schemas(digests: readonly string[]): (string | null)[] {
    return digests.map((digest) => {
      const kept = this.#schemas.get(digest);
      return kept && kept.until > this.#now() ? kept.text : null;
    });
  }

  lastSeen(kind: Kind, ids: readonly string[]): (Presence | null)[] {
    return ids.map((id) => structuredClone(this.#present[kind].get(id)?.presence ?? null));
  }

  /** Whether a present worker of this queue has the handler. */
  hasHandler(queue: string, handler: string): boolean {
    return this.present('worker').some(
      ({ queues = [], handlers = [] }) =>
        handlers.includes(handler) && (queues.includes(queue) || queues.includes('*')),
    );
  }

  served(queue: string): ReadonlySet<string> {
    const serving = this.present('worker').filter(
      ({ queues = [] }) => queues.includes(queue) || queues.includes('*'),
    );
    return new Set(serving.flatMap(({ handlers = [] }) => handlers));
  }

  told(queue: string): string {
    return String(this.#told.get(queue) ?? '');
  }

  subscribe(listener: (signal: Signal) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Delivered after the verb that caused it has answered, as a message from Redis would be. */
  signal(signal: Signal): void {
    const { kind } = signal;
    const queue = 'queue' in signal ? signal.queue : kind === 'sets' || kind === 'operations' ? '' : null;
    if (queue !== null) this.#told.set(queue, (this.#told.get(queue) ?? 0) + 1);
    for (const listener of this.#listeners) queueMicrotask(() => listener(signal));
  }
}

interface Entry {
  presence: Presence;
  until: number;
}
