/** What the model's partitions share: the clock, the registry, file sets, alerts and operations. */

import type * as contract from '../store/contract/index.js';
import { ModelAlerts } from './model-alerts.js';
import { ModelClock } from './model-clock.js';
import { ModelOperations } from './model-operations.js';
import { ModelRegistry } from './model-registry.js';
import { ModelSets } from './model-sets.js';

export class ModelShared {
  protected readonly registry = new ModelRegistry(() => this.now);
  readonly #sets = new ModelSets(() => this.registry.office());
  readonly #alerts = new ModelAlerts();
  readonly #operations = new ModelOperations(
    () => this.registry.office(),
    () => this.registry.signal({ kind: 'operations' }),
  );

  /** ms; moves only when told. */
  now: number;

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.now = now;
  }

  /** Stands in for redlock's key; null frees the lock. */
  setLock = (key: string, value: string | null): void => this.registry.setLock(key, value);

  // The registry

  server = async () => ({ version: 'model', time: this.now, usedMemory: 0, connectedClients: 1 });

  readonly #clock = new ModelClock(() => this.now);
  clock = () => this.#clock;
  time = async () => this.now;

  told = async (queues: readonly string[]) => queues.map((queue) => this.registry.told(queue));
  async announce(kind: 'node' | 'worker', presence: contract.Presence, ttlMs: number) {
    this.registry.announce(kind, presence, ttlMs);
  }
  depart = async (kind: 'node' | 'worker', id: string) => this.registry.depart(kind, id);
  remember = async (key: string, value: string, ttlMs: number) => this.registry.remember(key, value, ttlMs);
  lastSeen = async (kind: 'node' | 'worker', ids: readonly string[]) => this.registry.lastSeen(kind, ids);
  present = async (kind: 'node' | 'worker') => this.registry.present(kind);
  served = async (queue: string) => this.registry.served(queue);
  office = async () => this.registry.office();

  async subscribe(listener: (signal: contract.Signal) => void) {
    const unsubscribe = this.registry.subscribe(listener);
    return async () => unsubscribe();
  }

  // File sets
  setRecords = async () => this.#sets.all();
  setRecord = async (name: string) => this.#sets.one(name);
  proposals = async (set: string) => this.#sets.proposals(set);

  async changeSet(change: contract.SetChange, term?: contract.Term) {
    const answer = this.#sets.change(change, term);
    if (answer === 'ok') this.registry.signal({ kind: 'sets', set: change.set });
    return answer;
  }

  bringSlices = async (nonce: string, slices: ReadonlyMap<string, Uint8Array>) =>
    this.#sets.bring(nonce, slices);
  slices = async (set: string, ids: readonly string[]) => this.#sets.slices(set, ids);
  raise = this.#alerts.raise;
  clear = this.#alerts.clear;
  raised = this.#alerts.raised;

  operations = this.#operations.operations;
  operation = this.#operations.operation;
  changeOperation = this.#operations.changeOperation;
}
