/** The list of places: what an entry may be, and which URLs, in whatever form, it lets through. */

import { describe, expect, it } from 'vitest';
import { hostOf, isListed, parseTarget, type Target, whyUnreachable } from '../../../src/builtin/targets.js';

function listOf(...entries: string[]): Target[] {
  return entries.map((entry) => {
    const target = parseTarget(entry);
    if (!target) throw new Error(`${entry} is no entry`);
    return target;
  });
}

const lets = (list: readonly Target[], url: string): boolean => isListed(list, hostOf(new URL(url)));

describe('an entry', () => {
  it.each([
    ...[
      'api.example.com:443',
      'API.Example.COM:443',
      'localhost:3000',
      'db:5432',
      '*.example.com:443',
      'a_b.example.com:80',
    ],
    ...[
      '127.0.0.1:8080',
      '[::1]:8080',
      '10.0.0.0/8:80',
      '[fd00::/8]:80',
      'bücher.example:443',
      '169.254.169.254:80',
    ],
  ])('may be %s', (entry) => expect(parseTarget(entry)).toBeDefined());

  it.each([
    ...[
      '',
      '*',
      '*:443',
      '*.com:443',
      '*.*.com:80',
      'a.*.com:80',
      'example.com',
      'example.com:',
      'example.com:0',
      'example.com:65536',
    ],
    ...[
      'https://example.com:443',
      'example.com:443/path',
      'user@example.com:443',
      'exa mple.com:80',
      'example.com:443?x',
    ],
    ...[
      '::1:80',
      '[127.0.0.1]:80',
      '127.1:80',
      '2130706433:80',
      '0x7f000001:80',
      '0177.0.0.1:80',
      '[fe80::1%eth0]:80',
    ],
    ...[
      '0.0.0.0:80',
      '[::]:80',
      '0.0.0.0/0:80',
      '10.0.0.0/7:80',
      '[::/0]:80',
      '224.0.0.1:80',
      '255.255.255.255:80',
    ],
    ...['example.com/8:80', '10.0.0.0/33:80', 'example..com:80', 'exam%70le.com:80', 'example.com\\:80'],
  ])('may not be %j', (entry) => expect(parseTarget(entry)).toBeUndefined());
});

describe('a name on the list', () => {
  const list = listOf('api.example.com:443', '*.example.org:443', 'plain.example:80', 'bücher.example:443');

  it.each([
    'https://api.example.com/',
    'https://API.EXAMPLE.COM/x?y',
    'https://api.example.com./',
    'https://api.example.com:443/',
    'https://%61pi.example.com/',
    'http://api.example.com:443/',
    'https://a.example.org/',
    'https://a.b.example.org/',
    'http://plain.example/',
    'https://xn--bcher-kva.example/',
    'https://BÜCHER.example/',
    'https://ａｐｉ.example.com/',
  ])('lets %s through', (url) => expect(lets(list, url)).toBe(true));

  it.each([
    'http://api.example.com/',
    'https://api.example.com:8443/',
    'https://example.com/',
    'https://x.api.example.com/',
    'https://api.example.com.evil.example/',
    'https://api.example.com../',
    'https://evilapi.example.com/',
    'https://example.org/',
    'https://evilexample.org/',
    'https://.example.org/',
    'https://a..example.org/',
    'https://example.org.evil.example/',
    'https://plain.example/',
    'http://127.0.0.1:443/',
    'http://[::1]:443/',
  ])('lets %s not through', (url) => expect(lets(list, url)).toBe(false));
});

describe('an address on the list', () => {
  const list = listOf('127.0.0.1:80', '10.0.0.0/8:80', '[fd00::/8]:80', '1.1.1.1:443', '169.254.0.0/16:80');

  it.each([
    ...[
      'http://127.0.0.1/',
      'http://127.1/',
      'http://0x7f.1/',
      'http://0177.0.0.1/',
      'http://2130706433/',
      'http://127.0.0.1./',
    ],
    ...[
      'http://１２７.0.0.1/',
      'http://10.9.8.7/',
      'http://[fd00::17]/',
      'https://1.1.1.1/',
      'http://169.254.1.1/',
    ],
  ])('lets %s through, which is that address', (url) => expect(lets(list, url)).toBe(true));

  it.each([
    ...[
      'http://127.0.0.2/',
      'http://127.0.0.1:81/',
      'http://localhost/',
      'http://[::1]/',
      'http://[::ffff:127.0.0.1]/',
    ],
    ...[
      'http://[::ffff:a01:203]/',
      'http://[64:ff9b::a00:1]/',
      'http://0.0.0.0/',
      'http://11.0.0.1/',
      'http://[fe80::1]/',
    ],
    // Named by a network only.
    'http://169.254.169.254/',
  ])('lets %s not through', (url) => expect(lets(list, url)).toBe(false));

  it('a metadata address is let through by its own name alone', () => {
    expect(lets(listOf('169.254.169.254:80'), 'http://169.254.169.254/')).toBe(true);
    expect(lets(listOf('168.63.0.0/16:80'), 'http://168.63.129.16/')).toBe(false);
  });
});

describe('what a listed name resolves to', () => {
  const host = (name: string) => hostOf(new URL(`http://${name}:8080/`));
  const list = listOf('intranet.example:8080', 'localhost:8080', '10.1.0.0/16:8080', '10.2.0.1:9090');

  it.each([
    ['intranet.example', '93.184.216.34'],
    ['intranet.example', '2606:4700:4700::1111'],
    ['intranet.example', '10.1.2.3'],
    ['localhost', '127.0.0.1'],
    ['localhost', '127.0.0.53'],
    ['localhost', '::1'],
  ])('%s may be at %s', (name, address) => expect(whyUnreachable(list, host(name), address)).toBeNull());

  it.each([
    ['intranet.example', '127.0.0.1', 'loopback'],
    ['intranet.example', '10.2.0.1', 'private'],
    ['intranet.example', '169.254.169.254', 'an address of cloud metadata'],
    ['intranet.example', '::ffff:10.1.2.3', 'an IPv4 address written as IPv6'],
    ['intranet.example', '::ffff:93.184.216.34', 'an IPv4 address written as IPv6'],
    ['intranet.example', '64:ff9b::a01:203', 'translated to IPv4 (NAT64)'],
    ['intranet.example', '0.0.0.0', 'no place to connect to'],
    ['intranet.example', 'fe80::1%eth0', 'no address'],
    ['localhost', '10.9.9.9', 'private'],
  ])('%s may not be at %s', (name, address, why) =>
    expect(whyUnreachable(list, host(name), address)).toBe(why),
  );
});

describe('an address of IPv4 behind one of IPv6', () => {
  const list = listOf('[64:ff9b::/96]:80', '[::ffff:0:0/96]:80', '[::1]:80');

  it('is reached through a network of them', () => {
    expect(lets(list, 'http://[64:ff9b::808:808]/')).toBe(true);
    expect(lets(list, 'http://[::ffff:8.8.8.8]/')).toBe(true);
    expect(lets(list, 'http://[::1]/')).toBe(true);
  });

  it.each([
    'http://[64:ff9b::169.254.169.254]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[64:ff9b::a83f:8110]/',
    'http://[::ffff:0.0.0.0]/',
    'http://[64:ff9b::224.0.0.1]/',
  ])('%s is not, where clouds hand out credentials or nothing is', (url) => {
    expect(lets(list, url)).toBe(false);
  });

  it('is reached where an entry is that very address', () => {
    expect(lets(listOf('[64:ff9b::169.254.169.254]:80'), 'http://[64:ff9b::a9fe:a9fe]/')).toBe(true);
  });
});
