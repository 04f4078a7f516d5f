/** The list of what `http.request` may reach: how an entry is written, and whether a host or an address is on it. */

import { type Reader, reader } from '../domain/input/readers.js';
import {
  type Address,
  contains,
  isLoopback,
  isMetadata,
  isNowhere,
  leadsNowhere,
  type Network,
  parseAddress,
  parseNetwork,
  whyNotPublic,
} from './addresses.js';

/** One entry: a host name, all names below one, or addresses; always with a port. */
export type Target = { port: number } & ({ name: string } | { below: string } | { network: Network });

/** Where a request goes: the host as a URL has it after parsing, without brackets and final dot. */
export interface Host {
  host: string;
  port: number;
  /** The host, where it is an address. */
  address?: Address;
}

/** Entries of a list. */
export const MOST_TARGETS = 1_000;
/** Networks larger than these are a mistake; IPv6's own private one is fc00::/7. */
const LARGEST = { 32: 8, 128: 7 };

/** What an entry must be, for messages. */
const TARGET_GRAMMAR =
  'host:port, such as api.example.com:443, *.example.com:443, 127.0.0.1:8080, [::1]:8080 or 10.0.0.0/8:8080';

/** Undefined for what is no entry. */
export function parseTarget(text: unknown): Target | undefined {
  if (typeof text !== 'string') return undefined;
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (!(port >= 1 && port <= 65_535)) return undefined;
  const place = bracketed ?? plain ?? '';
  const network = parseNetwork(place);
  if (network) return fits(network, bracketed !== undefined) ? { network, port } : undefined;
  if (bracketed !== undefined || place.includes('/')) return undefined;
  const below = place.startsWith('*.');
  const name = nameOf(below ? place.slice(2) : place);
  if (name === undefined) return undefined;
  if (!below) return { name, port };
  return name.includes('.') ? { below: `.${name}`, port } : undefined;
}

function fits(network: Network, bracketed: boolean): boolean {
  const written = (network.bits === 128) === bracketed;
  return written && network.prefix >= LARGEST[network.bits] && !isNowhere(network);
}

/** A host name as URLs have it (lower case, IDNA); undefined where a URL would take it for something else. */
function nameOf(text: string): string | undefined {
  if (!/^[^\s/?#@\\*%]+$/.test(text) || !URL.canParse(`http://${text}/`)) return undefined;
  const { host } = hostOf(new URL(`http://${text}/`));
  return parseAddress(host) === undefined && isName(host) ? host : undefined;
}

const isName = (host: string): boolean =>
  host.length <= 253 && /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/.test(host);

export const targets: Reader<Target, string> = reader(TARGET_GRAMMAR, parseTarget);

/** Where a URL leads: whatever form its host had, parsing has made one of it. */
export function hostOf(url: URL): Host {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const address = parseAddress(host);
  return { host, port, ...(address ? { address } : {}) };
}

/** The host as an entry would name it. */
export function entryOf({ host, port, address }: Host): string {
  return `${address?.bits === 128 ? `[${host}]` : host}:${port}`;
}

/** Whether an entry names the host: by its name, or by its address where it is one. */
export function isListed(list: readonly Target[], { host, port, address }: Host): boolean {
  if (address) return isAddressListed(list, address, port);
  return list.some((target) => {
    if (target.port !== port) return false;
    if ('name' in target) return target.name === host;
    return 'below' in target && host.endsWith(target.below) && isName(host);
  });
}

function isAddressListed(list: readonly Target[], address: Address, port: number): boolean {
  if (leadsNowhere(address)) return false;
  return list.some(
    (target) =>
      target.port === port &&
      'network' in target &&
      contains(target.network, address) &&
      // A network is named for its machines: what lies in it and hands out credentials is named by itself.
      (!isMetadata(address) || target.network.prefix === address.bits),
  );
}

/**
 * Why a listed name may not be reached at an address it resolves to, in words; null: it may. Public addresses may;
 * others where an entry has the address, or where the name is `localhost`, which says so itself.
 */
export function whyUnreachable(list: readonly Target[], { host, port }: Host, text: string): string | null {
  const address = parseAddress(text);
  if (!address) return 'no address';
  const why = whyNotPublic(address);
  if (why === null || isAddressListed(list, address, port)) return null;
  return host === 'localhost' && isLoopback(address) ? null : why;
}
