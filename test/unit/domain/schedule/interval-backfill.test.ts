/** What stretch of time a run stands for that a backfill makes for the time before its schedule was. */

import { expect, test } from 'vitest';
import { backfilled } from '../../../../src/domain/schedule/backfill.js';
import { intervalOf } from '../../../../src/domain/schedule/interval.js';
import { newLedger } from '../../../../src/domain/schedule/ledger.js';
import { define } from './definitions.js';

const HOUR = 3_600_000;
const MADE = Date.parse('2026-11-10T00:30:00Z');
const PAST = Date.parse('2026-11-01T05:00:00Z');
const definition = define({ handler: 'h', cron: '0 * * * *' }, 's');

const of = (ledger: ReturnType<typeof newLedger>, nominal: number) =>
  intervalOf(ledger, definition, { nominal, since: MADE, cursor: MADE + HOUR, singles: [], now: MADE });

test('each begins where the one before it ends, the first at the instant before it', () => {
  const nominals = [PAST, PAST + HOUR, PAST + 2 * HOUR];
  const ledger = backfilled(newLedger(MADE + 1, 'fired'), definition, nominals, 'b', MADE);
  expect(nominals.map((nominal) => of(ledger, nominal))).toEqual(
    nominals.map((nominal) => ({ from: nominal - HOUR, to: nominal, missed: 0 })),
  );
});

test('the first run after the schedule was made begins there', () => {
  const nominal = MADE + HOUR / 2;
  expect(of(newLedger(MADE + 1, 'fired'), nominal)).toEqual({ from: MADE, to: nominal, missed: 0 });
});
