/** Readers of settings: what a flag or a variable has as one text, the file may have as what it is. */

import { commandEntry, MOST_COMMANDS } from '../builtin/command-allow.js';
import { MOST_TARGETS, targets } from '../builtin/targets.js';
import { isQueueName, NAME_GRAMMAR } from '../domain/input/names.js';
import { listOf, type Reader, reader } from '../domain/input/readers.js';
import { isRedisAddress } from '../domain/input/redis-address.js';

export const whole = (least: number, most: number): Reader<number> =>
  reader(`a whole number from ${least} to ${most}`, (raw) => {
    const number = typeof raw === 'string' && /^\d{1,9}$/.test(raw) ? Number(raw) : raw;
    const fits = typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most;
    return fits ? number : undefined;
  });

export const address = reader('an IP address or a host name', (raw) =>
  typeof raw === 'string' && /^[A-Za-z0-9.:_-]{1,253}$/.test(raw) ? raw : undefined,
);

function parts(raw: unknown): unknown[] {
  return typeof raw === 'string'
    ? raw.split(',').map((part) => part.trim())
    : Array.isArray(raw)
      ? raw
      : [raw];
}

export const redisUrls = reader('the URLs of 1, 3 or 5 different Redis masters, comma-separated', (raw) => {
  const urls = parts(raw);
  const sound =
    urls.every(isRedisAddress) && new Set(urls).size === urls.length && [1, 3, 5].includes(urls.length);
  return sound ? (urls as string[]) : undefined;
});

export const queues = reader(`"*" or queue names, comma-separated, each ${NAME_GRAMMAR.queue}`, (raw) => {
  const names = parts(raw);
  const sound = names.length > 0 && names.every((one) => one === '*' || isQueueName(one));
  return sound ? [...new Set(names as string[])] : undefined;
});

/** What a flag or a variable has as one text, the file as a list. */
const listed =
  <Out, In>(item: Reader<Out, In>, longest: number): Reader<Out[]> =>
  (raw, path, problems) =>
    listOf(item, longest)(parts(raw), path, problems);
export const httpAllow = listed(targets, MOST_TARGETS);
export const commandAllow = listed(commandEntry, MOST_COMMANDS);
