/** Addresses: read in every form, sorted by what kind of place they are. */

import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, parseAddress, parseNetwork, whyNotPublic } from '../../../src/builtin/addresses.js';

const kind = (text: string): string | null => {
  const address = parseAddress(text);
  if (!address) throw new Error(`${text} is no address`);
  return whyNotPublic(address);
};

describe('the kind of an address', () => {
  it.each([
    ['0.0.0.0', 'no place to connect to'],
    ['0.1.2.3', 'no place to connect to'],
    ['224.0.0.1', 'no place to connect to'],
    ['239.255.255.250', 'no place to connect to'],
    ['255.255.255.255', 'no place to connect to'],
    ['240.0.0.1', 'no place to connect to'],
    ['::', 'no place to connect to'],
    ['ff02::1', 'no place to connect to'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'loopback'],
    ['169.254.0.1', 'link-local'],
    ['fe80::1', 'link-local'],
    ['febf::1', 'link-local'],
    ['10.0.0.1', 'private'],
    ['10.255.255.255', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.0.1', 'private'],
    ['fc00::1', 'private'],
    ['fdff::1', 'private'],
    ['fec0::1', 'private'],
    ['100.64.0.1', 'shared by a carrier (CGNAT)'],
    ['100.127.255.255', 'shared by a carrier (CGNAT)'],
    ['169.254.169.254', 'an address of cloud metadata'],
    ['169.254.170.2', 'an address of cloud metadata'],
    ['168.63.129.16', 'an address of cloud metadata'],
    ['100.100.100.200', 'an address of cloud metadata'],
    ['fd00:ec2::254', 'an address of cloud metadata'],
    ['::ffff:127.0.0.1', 'an IPv4 address written as IPv6'],
    ['::ffff:7f00:1', 'an IPv4 address written as IPv6'],
    ['::ffff:8.8.8.8', 'an IPv4 address written as IPv6'],
    ['::127.0.0.1', 'an IPv4 address written as IPv6'],
    ['::ffff:0:127.0.0.1', 'an IPv4 address written as IPv6'],
    ['64:ff9b::7f00:1', 'translated to IPv4 (NAT64)'],
    ['64:ff9b::10.0.0.1', 'translated to IPv4 (NAT64)'],
    ['64:ff9b:1::a00:1', 'translated to IPv4 (NAT64)'],
    ['2002:7f00:1::', 'tunnelled to IPv4 (6to4, Teredo)'],
    ['2001:0:53aa::1', 'tunnelled to IPv4 (6to4, Teredo)'],
    ['192.0.0.8', 'reserved'],
    ['192.0.2.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['198.51.100.7', 'reserved'],
    ['203.0.113.9', 'reserved'],
    ['2001:db8::1', 'reserved'],
    ['3fff::1', 'reserved'],
    ['100::1', 'reserved'],
    ['5f00::1', 'reserved'],
    ['4000::1', 'reserved'],
  ])('%s is %s', (text, expected) => expect(kind(text)).toBe(expected));

  it.each([
    ...[
      '1.1.1.1',
      '8.8.8.8',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '126.255.255.255',
    ],
    ...['128.0.0.1', '169.253.255.255', '172.15.255.255', '172.32.0.0', '192.167.255.255', '223.255.255.255'],
    ...['2606:4700:4700::1111', '2a00:1450:4001::200e', '2001:4860:4860::8888', '2600::'],
  ])('%s is public', (text) => expect(kind(text)).toBeNull());
});

describe('reading', () => {
  it('every IPv4 address comes out as its bytes, mapped into IPv6 or not', () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        const value = text.split('.').reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
        expect(parseAddress(text)).toEqual({ bits: 32, value });
        expect(parseAddress(`::ffff:${text}`)?.value).toBe((0xffffn << 32n) | value);
      }),
    );
  });

  it('every IPv6 address comes out the same in whatever form it is written', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        // A URL writes it in the one canonical form.
        const canonical = new URL(`http://[${text}]/`).hostname.slice(1, -1);
        expect(isIP(canonical)).toBe(6);
        expect(parseAddress(canonical)).toEqual(parseAddress(text));
        const full = parseAddress(text)?.value.toString(16).padStart(32, '0').match(/.{4}/g)?.join(':') ?? '';
        expect(new URL(`http://[${full}]/`).hostname.slice(1, -1)).toBe(canonical);
      }),
    );
  });

  it.each([
    '',
    '127.1',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '2130706433',
    '1.2.3.4.5',
    'fe80::1%eth0',
    '[::1]',
    ':::',
    'host',
  ])('%j is no address', (text) => expect(parseAddress(text)).toBeUndefined());

  it('a network holds what begins as it does, and nothing of the other family', () => {
    const network = parseNetwork('10.16.0.0/12');
    if (!network) throw new Error('no network');
    const holds = (text: string): boolean => contains(network, parseAddress(text) ?? { bits: 32, value: 0n });
    expect([holds('10.16.0.0'), holds('10.31.255.255')]).toEqual([true, true]);
    expect([holds('10.32.0.0'), holds('10.15.255.255'), holds('::10.16.0.1')]).toEqual([false, false, false]);
    expect(parseNetwork('10.0.0.0/33')).toBeUndefined();
    expect(parseNetwork('10.0.0.0/')).toBeUndefined();
    expect(parseNetwork('fd00::/8')).toMatchObject({ bits: 128, prefix: 8 });
  });
});
