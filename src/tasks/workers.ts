/** Workers as people see them: who is there to run tasks. */

import { formatInstant } from '../domain/input/instants.js';
import type { RegistryStore } from '../store/contract/index.js';

/** A worker that is there; times are RFC 3339. */
export interface WorkerView {
  /** `<name>~<random>`, new for each process. */
  id: string;
  /** Its label. */
  name: string;
  /** Where it runs. */
  host: string;
  /** Its process there. */
  pid: number;
  /** Of Carillon. */
  version: string;
  /** Queues it claims from. */
  queues: string[];
  /** Handlers it has. */
  handlers: string[];
  /** Tasks it runs at once, at most. */
  concurrency: number;
  /** Tasks it runs now. */
  running: number;
  /** When it started. */
  startedAt: string;
  /** When it said last that it is there; it does so every five seconds. */
  seenAt: string;
}

/** Those that have said within 15 s that they are there, by name. */
export async function listWorkers(store: Pick<RegistryStore, 'present'>): Promise<WorkerView[]> {
  const present = await store.present('worker');
  return present
    .map(({ id, name, host, pid, version, startedAt, seenAt, ...told }) => ({
      ...{ id, name, host, pid, version },
      ...{ queues: told.queues ?? [], handlers: told.handlers ?? [] },
      ...{ concurrency: told.concurrency ?? 0, running: told.running ?? 0 },
      ...{ startedAt: formatInstant(startedAt), seenAt: formatInstant(seenAt) },
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1));
}
