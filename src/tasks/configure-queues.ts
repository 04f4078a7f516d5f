/** Settings of queues from a configuration file: the file owns what it names, and gives back what it names no longer. */

import { isQueueName, NAME_GRAMMAR } from '../domain/input/names.js';
import type { FieldProblem, Path } from '../domain/input/readers.js';
import { group, isRecord } from '../domain/input/readers.js';
import type { QueueChange, QueueStore } from '../store/contract/index.js';
import { QUEUE_SETTINGS } from './queue-settings.js';

/** By queue, what a file sets; null is the default, which is then the file's word as well. */
export type ConfiguredQueues = ReadonlyMap<string, NonNullable<QueueChange['settings']>>;

const settingsOf = group(QUEUE_SETTINGS);

/** `queues` of a configuration file. What is wrong with it is told by its path. */
export function readConfigured(raw: unknown, path: Path, problems: FieldProblem[]): ConfiguredQueues {
  const queues = new Map<string, NonNullable<QueueChange['settings']>>();
  if (!isRecord(raw)) {
    problems.push({ path, detail: 'must be a mapping of queues to their settings' });
    return queues;
  }
  for (const [queue, given] of Object.entries(raw)) {
    if (!isQueueName(queue)) {
      problems.push({ path: [...path, queue], detail: `must be ${NAME_GRAMMAR.queue}` });
      continue;
    }
    const settings = settingsOf(given ?? {}, [...path, queue], problems);
    if (settings) queues.set(queue, settings);
  }
  return queues;
}

/** Puts it into force; `placeOf`: where a setting stands in the file. Sent twice, it changes nothing the second time. */
export async function configureQueues(
  store: QueueStore,
  path: string,
  queues: ConfiguredQueues,
  placeOf: (queue: string, setting: string) => string,
): Promise<void> {
  const before = await store.configured(path);
  const all = [...new Set([...before, ...queues.keys()])];
  // Whoever dies between leaves more names than there are, and nothing that is never given back.
  await store.writeConfigured(path, all);
  for (const queue of all) {
    const settings = queues.get(queue) ?? {};
    const places = Object.fromEntries(Object.keys(settings).map((name) => [name, placeOf(queue, name)]));
    await store.setQueue(queue, { settings, file: { path, places } });
  }
  await store.writeConfigured(path, [...queues.keys()]);
}
