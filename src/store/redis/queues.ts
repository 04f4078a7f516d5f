/** Settings and pauses of queues on Redis. */

import { parseDuration } from '../../domain/input/durations.js';
import type { KeyFacts, QueueChange, QueueSettings, QueueStore, RateRule } from '../contract/index.js';
import type { Connection } from './connection.js';
import type { Partition } from './partition.js';

export function queueVerbs(connection: Connection): QueueStore {
  return {
    keyFacts: (queue, after, limit) => keyFacts(connection, connection.partition(queue), after, limit),
    async setQueue(queue, { paused, settings = {}, replace = false }: QueueChange) {
      const partition = connection.partition(queue);
      await connection.open(partition);
      const more = connection.rows(
        'set-queue',
        Object.entries(settings).map(([name, value]) => ({ name, value: settingText(name, value) })),
      );
      await connection.on(partition, 'set-queue', () => ({
        pause: paused === undefined ? '' : Number(paused),
        replace: Number(replace),
        more,
      }));
      if (replace || KEY_RULES.some((name) => name in settings)) await regate(connection, partition);
    },
    async queueSettings(queue) {
      const { keys } = connection.partition(queue);
      return settingsOf(await connection.ask((redis) => redis.hgetall(keys.settings)));
    },
  };
}

/** What is set for keys. */
const KEY_RULES = ['keyConcurrency', 'keyOrder', 'rate'] as const;

/** Key by key an ending does the same: whoever dies on the way leaves nothing standing still. */
async function regate(connection: Connection, partition: Partition): Promise<void> {
  for (let after = ''; ; ) {
    const [, next] = await connection.on(partition, 'regate', () => ({ after }));
    if (next === '' || next === undefined || next === null) return;
    after = String(next);
  }
}

async function keyFacts(
  connection: Connection,
  partition: Partition,
  after: string,
  limit: number,
): Promise<{ now: number; keys: KeyFacts[] }> {
  const [, now, ...fields] = await connection.on(partition, 'key-facts', () => ({ after, limit }));
  const keys: KeyFacts[] = [];
  for (let i = 0; i < fields.length; i += 5) {
    const [key = '', backlog, oldest, running, closed = ''] = fields.slice(i, i + 5).map(String);
    keys.push({
      key,
      backlog: Number(backlog),
      ...(oldest === '' ? {} : { oldestAt: Number(oldest) }),
      running: Number(running),
      throttled: closed !== '',
      ...(Number(closed) > 0 ? { opensAt: Number(closed) } : {}),
    });
  }
  return { now: Number(now), keys };
}

/** Rates as lua/include/rates.lua reads them, each with what was given: `<limit> <ms> a|k <per>`, `;` behind those of a list. */
function settingText(name: string, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (name !== 'rate') return JSON.stringify(value);
  const rules = [value as RateRule | RateRule[]].flat();
  const texts = rules.map(
    ({ limit, per, key }) => `${limit} ${parseDuration(per)} ${key ? 'k' : 'a'} ${per}`,
  );
  return texts.join(';') + (Array.isArray(value) ? ';' : '');
}

function ratesOf(text: string): RateRule | RateRule[] {
  const rules = text.split(';').flatMap((one): RateRule[] => {
    const [limit, , whose, per] = one.split(' ');
    if (per === undefined) return [];
    const rule = { limit: Number(limit), per };
    return [whose === 'k' ? { ...rule, key: true } : rule];
  });
  return text.includes(';') ? rules : (rules[0] ?? []);
}

/** What the hash of a queue's settings says. */
export function settingsOf(stored: Readonly<Record<string, string>>): QueueSettings {
  const { rate, '@': _, ...others } = stored;
  const settings = Object.entries(others).map(([name, value]) => [name, JSON.parse(value) as unknown]);
  return { ...Object.fromEntries(settings), ...(rate === undefined ? {} : { rate: ratesOf(rate) }) };
}
