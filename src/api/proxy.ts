/** Which peers are proxies of ours: what they say in `X-Forwarded-*` is believed, and of nobody else. */

import { BlockList, isIP } from 'node:net';

/** `true`: whoever connects. A number: that many proxies stand in a row before this node. A list: these addresses and networks. */
export type TrustProxy = boolean | number | readonly string[];

/** `hops`: 0 for who is connected, 1 for who that one says it speaks for, and so on. */
export type Trust = (address: string, hops: number) => boolean;

/** Undefined where nobody is trusted. */
export function trustIn(trusted: TrustProxy): Trust | undefined {
  if (trusted === false) return undefined;
  if (trusted === true) return () => true;
  if (typeof trusted === 'number') return (_, hops) => hops < trusted;
  const known = new BlockList();
  for (const text of trusted) {
    const { address, family, prefix } = networkOf(text) ?? {};
    if (address === undefined || family === undefined) throw new Error(`no address and no network: ${text}`);
    if (prefix === undefined) known.addAddress(address, family);
    else known.addSubnet(address, prefix, family);
  }
  return (address) => {
    const version = isIP(address);
    return version !== 0 && known.check(address, version === 4 ? 'ipv4' : 'ipv6');
  };
}

/** Whether a text is an IP address, or a network such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  return networkOf(text) !== undefined;
}

function networkOf(text: string): { address: string; family: 'ipv4' | 'ipv6'; prefix?: number } | undefined {
  const [, address = '', length] = /^([0-9A-Fa-f.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (length === undefined) return { address, family };
  const prefix = Number(length);
  return prefix <= (version === 4 ? 32 : 128) ? { address, family, prefix } : undefined;
}
