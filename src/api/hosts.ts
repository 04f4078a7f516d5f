/** Which names this API answers to: a foreign name that is pointed at this machine (DNS rebinding) is refused. */

import { isIP } from 'node:net';
import { CarillonError } from '../domain/input/errors.js';
import { Forbidden } from './problems.js';

/** Whether an address or host name can only mean this machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true;
  const four = name.startsWith('::ffff:') ? name.slice(7) : name;
  return isIP(four) === 4 && four.startsWith('127.');
}

const NAME = /^(?:\*\.)?[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?)*$/;

/** What may be allowed: a name, `*.example.com` for all names below one, an IP address, or `*` for any. */
export function isHostPattern(text: string): boolean {
  const name = text.replace(/^\[(.*)\]$/, '$1');
  return text === '*' || isIP(name) !== 0 || (text.length <= 253 && NAME.test(text));
}

/** The name in a Host header, without its port, as it is compared. */
export function hostName(header: string): string {
  const name = header.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
  return name.replace(/^\[(.*)\]$/, '$1');
}

/**
 * Whether a Host header is answered. Names of this machine always are. Without a list any other name is where a key is
 * asked for: a page under a foreign name has neither the key nor the cookie, which belongs to our name.
 */
export function hostsAllowed(allowed: readonly string[], hasKey: boolean): (header: string) => boolean {
  if (hasKey && allowed.length === 0) return () => true;
  const patterns = allowed.map((pattern) => pattern.toLowerCase().replace(/^\[(.*)\]$/, '$1'));
  return (header) => {
    const name = hostName(header);
    return isLoopback(name) || patterns.some((pattern) => matches(name, pattern));
  };
}

function matches(name: string, pattern: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern;
}

/** Refuses a combination that would leave the API open to the network. */
export function refuseOpen(
  host: string,
  apiKey: string | undefined,
  allowedHosts: readonly string[] = [],
): void {
  if (apiKey !== undefined) return;
  if (!isLoopback(host)) {
    throw new CarillonError('configuration', `The API would listen on ${host} without an API key.`, [
      { pointer: 'host', detail: 'set CARILLON_API_KEY or CARILLON_API_KEY_FILE, or listen on 127.0.0.1' },
    ]);
  }
  if (!allowedHosts.includes('*')) return;
  throw new CarillonError('configuration', 'The API would answer to any name without an API key.', [
    { pointer: 'allowedHosts', detail: 'set CARILLON_API_KEY or CARILLON_API_KEY_FILE, or name the hosts' },
  ]);
}

export function foreignHost(header: string): Forbidden {
  return new Forbidden(
    `This node is not asked for as ${header.slice(0, 100)}.`,
    'Ask it by a name of its own, or add this one to CARILLON_ALLOWED_HOSTS.',
  );
}
