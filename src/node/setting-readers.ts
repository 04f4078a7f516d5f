/** Readers of settings: what a flag or a variable has as one text, the file may have as what it is. */

import { isBasePath } from '../api/base-path.js';
import { DASHBOARD_PATHS } from '../api/dashboard-paths.js';
import { isHostPattern } from '../api/hosts.js';
import { isNetwork, type TrustProxy } from '../api/proxy.js';
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

/** A Bearer header can carry nothing else. */
export const apiKey = reader('1 to 1024 visible ASCII characters without spaces', (raw) =>
  typeof raw === 'string' && /^[\x21-\x7e]{1,1024}$/.test(raw) ? raw : undefined,
);

/** A flag without a value is a yes. */
export const yesOrNo = reader('true or false', (raw) => {
  if (typeof raw === 'boolean') return raw;
  if (raw === 'true' || raw === '1') return true;
  return raw === 'false' || raw === '0' ? false : undefined;
});

/** How paths of ours begin: behind a proxy that takes the base path away such a one would mean two things. */
const OWN: readonly string[] = [
  ...['v1', 'livez', 'readyz', 'metrics', 'openapi.json', 'assets'],
  ...DASHBOARD_PATHS.map((path) => path.split('/')[1] ?? ''),
];

/** As requests begin with it: a slash before it, none behind it. */
export const basePath = reader(
  'a path such as /carillon, of letters, digits and . _ ~ -, that begins with no path of our own',
  (raw) => {
    if (typeof raw !== 'string') return undefined;
    const path = raw.replace(/^\/?/, '/').replace(/\/$/, '');
    if (path === '') return '';
    return isBasePath(path) && !OWN.includes(path.split('/')[1] ?? '') ? path : undefined;
  },
);

const MOST_PROXIES = 10;

export const trustProxy = reader<TrustProxy>(
  `true, false, a number of proxies from 1 to ${MOST_PROXIES}, or IP addresses and networks, comma-separated`,
  (raw) => {
    if (raw === true || raw === 'true') return true;
    if (raw === false || raw === 'false' || raw === 0 || raw === '0') return false;
    const hops = typeof raw === 'string' && /^\d{1,2}$/.test(raw) ? Number(raw) : raw;
    if (typeof hops === 'number')
      return Number.isInteger(hops) && hops >= 1 && hops <= MOST_PROXIES ? hops : undefined;
    const networks = parts(raw);
    return networks.length > 0 && networks.every((one) => typeof one === 'string' && isNetwork(one))
      ? (networks as string[])
      : undefined;
  },
);

export const allowedHosts = reader<string[]>(
  'host names without scheme and port, comma-separated: carillon.example.com, *.example.com, 10.0.0.7',
  (raw) => {
    const names = parts(raw).map((name) => (typeof name === 'string' ? name.toLowerCase() : name));
    return names.length > 0 && names.every((name) => typeof name === 'string' && isHostPattern(name))
      ? (names as string[])
      : undefined;
  },
);
