/** Who asked to skip instants that stand together as one exception of the ledger. */

import { canonical } from '../input/canonical.js';
import type { LedgerException } from './ledger.js';
import type { Asked } from './words.js';

export function sameAsked(a: Asked | null = null, b: Asked | null = null): boolean {
  return canonical(a) === canonical(b);
}

/** Changes from one to another that an exception keeps. */
const MOST = 500;

export function askedAt({ asked, askers }: LedgerException, nominal: number): Asked | undefined {
  return askers ? (askers.findLast(([from]) => from <= nominal)?.[1] ?? undefined) : asked;
}

/** Of instants in order: written down only where it changes; nothing where nobody asked for any. */
export function askersOf(
  instants: readonly (readonly [nominal: number, asked: Asked | undefined])[],
): Pick<LedgerException, 'askers'> {
  const askers: [number, Asked | null][] = [];
  for (const [nominal, asked = null] of instants) {
    if (!sameAsked(askers.at(-1)?.[1] ?? null, asked)) askers.push([nominal, asked]);
  }
  return askers.length === 0 ? {} : { askers: askers.slice(-MOST) };
}
