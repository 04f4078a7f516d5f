/** What people ask of a file set: to let a held proposal through, and to remove the set. */

import { CarillonError } from '../domain/input/errors.js';
import type { RegistryStore, SetRecord, SetStore } from '../store/contract/index.js';
import { letThrough } from './propose.js';

type ChangeStore = SetStore & Pick<RegistryStore, 'present'>;

/** How often a change that lost a race is decided anew. */
const TRIES = 20;

/** `force`: whatever is held by now, not only this digest. */
export async function applyHeld(
  store: ChangeStore,
  set: string,
  { digest, force = false }: { digest: string; force?: boolean },
  now: number,
): Promise<SetRecord> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const record = await recordOf(store, set);
    const { held } = record;
    if (!held) throw new CarillonError('conflict', `Nothing is held of the file set ${set}.`);
    if (held.digest !== digest && !force) {
      throw new CarillonError('conflict', `Another proposal is held by now: ${held.digest}.`);
    }
    const next = await letThrough(store, record, now);
    if (next && next !== 'fenced') return next;
  }
  throw changing(set);
}

/** Its schedules are removed by the leader, and then the set. */
export async function removeSet(
  store: ChangeStore,
  set: string,
  { force = false }: { force?: boolean },
  now: number,
): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const record = await recordOf(store, set);
    if (record.removing) return;
    const carrying = (await store.present('node')).filter(({ files }) => files?.set === set);
    if (carrying.length > 0 && !force) {
      const names = carrying.map(({ name }) => name).join(', ');
      throw new CarillonError(
        'conflict',
        `The file set ${set} is carried by ${names}, which would put it forward again; stop them first, or force it.`,
      );
    }
    const { held: _, ...kept } = record;
    const next = { ...kept, held: null, version: record.version + 1, removing: { at: now } };
    if ((await store.changeSet({ set, expect: record.version, record: next })) === 'ok') return;
  }
  throw changing(set);
}

export async function recordOf(store: SetStore, set: string): Promise<SetRecord> {
  const record = await store.setRecord(set);
  if (!record) throw new CarillonError('not_found', `There is no file set ${set}.`);
  return record;
}

export function changing(set: string): CarillonError {
  return new CarillonError('unavailable', `The file set ${set} is changed all the time.`);
}
