/** Settings and pauses of queues on Redis. */

import { parseDuration } from '../../domain/input/durations.js';
import type {
  KeyFacts,
  OwnedSetting,
  QueueChange,
  QueueSettings,
  QueueStore,
  RateRule,
} from '../contract/index.js';
import type { Connection } from './connection.js';
import type { Partition } from './partition.js';

export function queueVerbs(connection: Connection): QueueStore {
  return {
    keyFacts: (queue, after, limit) => keyFacts(connection, connection.partition(queue), after, limit),
    async setQueue(queue, { paused, settings = {}, replace = false, file }: QueueChange) {
      const partition = connection.partition(queue);
      await connection.open(partition);
      const more = connection.rows(
        'set-queue',
        Object.entries(settings).map(([name, value]) => ({
          name,
          value: settingText(name, value),
          place: file?.places[name] ?? '',
        })),
      );
      const [, ...owned] = await connection.on(partition, 'set-queue', () => ({
        pause: paused === undefined ? '' : Number(paused),
        replace: Number(replace),
        file: file?.path ?? '',
        more,
      }));
      if (owned.length === 0 && (replace || KEY_RULES.some((name) => name in settings)))
        await regate(connection, partition);
      return pairsOf(owned.map(String));
    },

    async sample(queue, apart) {
      await connection.call('sample', connection.partition(queue), { apart, most: MOST, keep: KEEP });
    },

    async configured(path) {
      const text = await connection.ask((redis) => redis.hget(connection.registry.configured, path));
      return text === null ? [] : (JSON.parse(text) as string[]);
    },

    async writeConfigured(path, queues) {
      const { configured } = connection.registry;
      if (queues.length === 0) await connection.ask((redis) => redis.hdel(configured, path));
      else await connection.ask((redis) => redis.hset(configured, path, JSON.stringify(queues)));
    },
    async queueSettings(queue) {
      const { keys } = connection.partition(queue);
      return settingsOf(await connection.ask((redis) => redis.hgetall(keys.settings)));
    },
  };
}

/** Of samples: how many stay, and for how many ms. */
const MOST = 16;
const KEEP = 600_000;

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

function pairsOf(texts: readonly string[]): OwnedSetting[] {
  return texts.flatMap((name, i) => (i % 2 === 0 ? [{ name, place: texts[i + 1] ?? '' }] : []));
}

/** Before the name of a setting that a configuration file has named; its value: the file, a line break, the place. */
const OWNED = 'file:';

/** What the hash of a queue's settings says. */
export function settingsOf(stored: Readonly<Record<string, string>>): QueueSettings {
  const { rate, ...others } = stored;
  // Others than words are no settings.
  const set = Object.entries(others).filter(([name]) => /^\w+$/.test(name));
  const settings = set.map(([name, value]) => [name, JSON.parse(value) as unknown]);
  return { ...Object.fromEntries(settings), ...(rate === undefined ? {} : { rate: ratesOf(rate) }) };
}

/** Which of them a file has named, and where. */
export function ownedIn(stored: Readonly<Record<string, string>>): Record<string, string> {
  const owned = Object.entries(stored).filter(([name]) => name.startsWith(OWNED));
  return Object.fromEntries(
    owned.map(([name, value]) => [name.slice(OWNED.length), value.slice(value.indexOf('\n') + 1)]),
  );
}
