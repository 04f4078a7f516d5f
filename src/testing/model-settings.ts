/** What is set for queues in the model, by people and by configuration files. */

import { isDeepStrictEqual } from 'node:util';
import type { OwnedSetting, QueueChange, QueueStore } from '../store/contract/index.js';
import { gate, keysIn } from './model-keys.js';
import type { Partition } from './model-partition.js';

export function setQueue(
  partition: Partition,
  { paused, settings = {}, replace = false, file }: QueueChange,
): OwnedSetting[] {
  const { owned } = partition;
  const stored: Readonly<Record<string, unknown>> = { ...partition.settings };
  const given: Readonly<Record<string, unknown>> = settings;
  const isNamed = (name: string): boolean => Object.hasOwn(given, name);
  if (!file) {
    const inTheWay = [...owned].filter(([name]) =>
      isNamed(name) ? !isDeepStrictEqual(stored[name], given[name]) : replace,
    );
    if (inTheWay.length > 0) return inTheWay.map(([name, { place }]) => ({ name, place }));
  }
  const dropped = (name: string): boolean =>
    !isNamed(name) && (file ? owned.get(name)?.path === file.path : replace);
  const all = Object.entries({ ...stored, ...given });
  const kept = all.filter(([name, value]) => value !== null && value !== undefined && !dropped(name));
  if (file) {
    for (const [name, { path }] of owned) if (path === file.path && !isNamed(name)) owned.delete(name);
    for (const name of Object.keys(given))
      owned.set(name, { path: file.path, place: file.places[name] ?? '' });
  }
  partition.paused = paused ?? partition.paused;
  partition.settings = Object.fromEntries(kept);
  for (const key of keysIn(partition)) gate(partition, key);
  return [];
}

/** What configuration files have named, as it was written down last. */
export function configurations(): Pick<QueueStore, 'configured' | 'writeConfigured'> {
  const files = new Map<string, readonly string[]>();
  return {
    configured: async (path) => [...(files.get(path) ?? [])],
    writeConfigured: async (path, queues) => {
      if (queues.length === 0) files.delete(path);
      else files.set(path, [...queues]);
    },
  };
}
