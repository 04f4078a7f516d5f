/** Ledgers as Redis keeps them: `<version>:` and deflated JSON; scripts write the bytes, which travel to them in hex. */

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { LedgerWrite, ScheduleRow } from '../contract/index.js';

export function encodeLedger(write: LedgerWrite | undefined): {
  version: string | number;
  ledger: string;
  open: string | number;
  told: string;
} {
  if (!write) return { version: '', ledger: '', open: '', told: '' };
  const ledger = deflateRawSync(write.text, { level: 9 }).toString('hex');
  const told = (write.told ?? [])
    .map(({ word, from, to, count }) => `${word} ${from} ${to} ${count}`)
    .join(' ');
  return { version: write.before, ledger, open: write.undecided ?? '', told };
}

export function decodeLedger(
  stored: Buffer | null | undefined,
): NonNullable<ScheduleRow['ledger']> | undefined {
  if (!stored) return undefined;
  const colon = stored.indexOf(':');
  return {
    version: Number(stored.subarray(0, colon).toString()),
    text: inflated(stored.subarray(colon + 1)),
  };
}

/** Empty where it cannot be read: whoever asks the ledger finds out, and the schedules read with it go on. */
function inflated(bytes: Buffer): string {
  try {
    return inflateRawSync(bytes).toString('utf8');
  } catch {
    return '';
  }
}
