/** IP addresses as numbers, networks of them, and what kind of place an address is: public, or why it is not. */

import { isIP } from 'node:net';

/** An address as a number of 32 or 128 bits. */
export interface Address {
  bits: 32 | 128;
  value: bigint;
}

/** All addresses that begin with the first `prefix` bits of this one. */
export interface Network extends Address {
  prefix: number;
}

/** Undefined for what is no address. A zone (`%eth0`) makes it none. */
export function parseAddress(text: string): Address | undefined {
  const version = text.includes('%') ? 0 : isIP(text);
  if (version === 4) return { bits: 32, value: joined(text.split('.').map(Number), 8n) };
  if (version === 6) return { bits: 128, value: joined(groupsOf(text), 16n) };
  return undefined;
}

/** `10.0.0.0/8`, or one address, whose prefix is all of its bits. Undefined for what is neither. */
export function parseNetwork(text: string): Network | undefined {
  const [, head = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = parseAddress(head);
  if (!address) return undefined;
  const prefix = length === undefined ? address.bits : Number(length);
  return prefix <= address.bits ? { ...address, prefix } : undefined;
}

export function contains({ bits, value, prefix }: Network, address: Address): boolean {
  return address.bits === bits && (address.value ^ value) >> BigInt(bits - prefix) === 0n;
}

function joined(parts: readonly number[], width: bigint): bigint {
  return parts.reduce((value, part) => (value << width) | BigInt(part), 0n);
}

/** The eight groups of an IPv6 address, also of one that ends in an IPv4 address. */
function groupsOf(text: string): number[] {
  const hex = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail] = hex.split('::');
  const read = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const before = read(head);
  const after = read(tail ?? '');
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

const networks = (...texts: string[]): Network[] =>
  texts.map((text) => {
    const network = parseNetwork(text);
    if (!network) throw new Error(`no network: ${text}`);
    return network;
  });

/** Where clouds hand out credentials to whoever asks: only naming the very address allows one. */
const METADATA = networks(
  '169.254.169.254', // AWS, Google, Azure, and most others
  '169.254.170.2', // Amazon ECS
  '169.254.170.23', // Amazon EKS
  '168.63.129.16', // Azure, a public address
  '100.100.100.200', // Alibaba
  '192.0.0.192', // Oracle
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254', // Google
);

/** What is never a place to connect to. */
const NOWHERE = networks('0.0.0.0/8', '224.0.0.0/4', '240.0.0.0/4', '::/128', 'ff00::/8');

/** Of the registries of special addresses (RFC 6890 and what came after it); the first that fits names the kind. */
const NOT_PUBLIC: readonly (readonly [kind: string, networks: readonly Network[]])[] = [
  ['no place to connect to', NOWHERE],
  ['an address of cloud metadata', METADATA],
  ['loopback', networks('127.0.0.0/8', '::1/128')],
  ['link-local', networks('169.254.0.0/16', 'fe80::/10')],
  ['private', networks('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fec0::/10')],
  ['shared by a carrier (CGNAT)', networks('100.64.0.0/10')],
  ['an IPv4 address written as IPv6', networks('::/96', '::ffff:0:0/96', '::ffff:0:0:0/96')],
  ['translated to IPv4 (NAT64)', networks('64:ff9b::/96', '64:ff9b:1::/48')],
  ['tunnelled to IPv4 (6to4, Teredo)', networks('2002::/16', '2001::/32', '192.88.99.0/24')],
  [
    'reserved',
    networks(
      ...['192.0.0.0/24', '192.0.2.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
      ...['2001::/23', '2001:db8::/32', '3fff::/20'],
    ),
  ],
];

/** Of IPv6 nothing else is given out to anybody. */
const GLOBAL = networks('2000::/3');

/** Why an address is not one of the public internet, in words; null: it is. */
export function whyNotPublic(address: Address): string | null {
  for (const [kind, all] of NOT_PUBLIC) if (all.some((network) => contains(network, address))) return kind;
  const global = address.bits === 32 || GLOBAL.some((network) => contains(network, address));
  return global ? null : 'reserved';
}

/** Networks of IPv6 whose last 32 bits are an address of IPv4 that is reached through them. */
const EMBEDDING = networks('::ffff:0:0/96', '::ffff:0:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48');

/** The address itself, and the one of IPv4 that it stands for. */
function both(address: Address): Address[] {
  const embeds = EMBEDDING.some((one) => contains(one, address));
  return embeds ? [address, { bits: 32, value: address.value & 0xffff_ffffn }] : [address];
}

export const isLoopback = (address: Address): boolean => whyNotPublic(address) === 'loopback';
export const isMetadata = (address: Address): boolean =>
  both(address).some((form) => METADATA.some((one) => contains(one, form)));
export const isNowhere = (address: Address): boolean => NOWHERE.some((one) => contains(one, address));
/** Also where it is written as IPv6. */
export const leadsNowhere = (address: Address): boolean => both(address).some(isNowhere);
