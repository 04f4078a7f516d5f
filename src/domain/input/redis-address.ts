/** Addresses of a Redis: what one may look like, and what may be told of it. Everything else in one is a mistake or a secret. */

import { named, type Reader } from './readers.js';

/** Query parameters that are taken, each with its values. */
const PARAMETERS: Readonly<Record<string, RegExp>> = { family: /^[46]$/ };
const DATABASE = /^\/?$|^\/(0|[1-9]\d{0,5})$/;
const SOCKET = /^\/\S+$/;

/** What the address of a Redis must be, for messages, which never echo the value: it may hold a password. */
export const REDIS_ADDRESS_GRAMMAR =
  'a URL such as redis://127.0.0.1:6379 or rediss://user:password@host:6380/0 (the database a whole number; no parameters but family=4 or 6), or the path of a socket';

export function isRedisAddress(raw: unknown): raw is string {
  if (typeof raw !== 'string') return false;
  if (SOCKET.test(raw)) return true;
  if (!/^rediss?:\/\/[^/]/.test(raw) || !URL.canParse(raw)) return false;
  const { hostname, pathname, searchParams, hash, username, password } = new URL(raw);
  const known = [...searchParams].every(([name, value]) => PARAMETERS[name]?.test(value));
  const single = new Set(searchParams.keys()).size === [...searchParams].length;
  const plain = hostname !== '' && hash === '' && isEncoded(username) && isEncoded(password);
  return plain && known && single && DATABASE.test(pathname);
}

export const redisAddress: Reader<string> = named(isRedisAddress, REDIS_ADDRESS_GRAMMAR);

/** The number of the database that a valid address names. */
export function redisDatabase(address: string): number {
  return SOCKET.test(address) ? 0 : Number(new URL(address).pathname.slice(1));
}

/** Host, port and database of a valid address, or its socket: all of it that logs and people get to see. */
export function redisPlace(address: string): string {
  if (SOCKET.test(address)) return address;
  const { hostname, port } = new URL(address);
  return `${hostname}:${port || 6379}/${redisDatabase(address)}`;
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
