/** What cannot be read in Redis is the fault of its schedule alone. */

import { expect, test } from 'vitest';
import { firstAfter } from '../../../src/domain/schedule/expand.js';
import { createKnownSchedules } from '../../../src/store/redis/known-schedules.js';
import { decodeLedger } from '../../../src/store/redis/ledgers.js';

test('a record that is none is a schedule whose calendar says what is wrong', () => {
  const read = createKnownSchedules();
  for (const text of ['1a:{', 'x', '1a:null', '1a:[]', '1a:["* * * * *"]', '1a:[null,{},"api"]']) {
    const { definition } = read('odd', text);
    expect(definition.id, text).toBe('odd');
    expect(() => firstAfter(definition, 0), text).toThrow(/cannot be read/);
  }
  expect(read('odd', '1a:{').revision).toBe(46);
});

test('a ledger that is none is empty', () => {
  expect(decodeLedger(Buffer.from('3:nonsense'))).toEqual({ version: 3, text: '' });
});
