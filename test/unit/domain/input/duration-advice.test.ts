/** What is proposed in place of a text that was meant as a duration. */

import { expect, test } from 'vitest';
import { durationAdvice } from '../../../../src/domain/input/duration-advice.js';

test.each([
  ['5 minutes', 'write "5m"'],
  ['1.5h', 'write "1h30m"'],
  ['1 hour and 30 min', 'write "1h30m"'],
  ['PT5M', 'write "5m"'],
  ['P1DT2H', 'write "1d2h"'],
  ['30m1h', 'write "1h30m"'],
  ['5M', 'write "5m"'],
  [300, 'say the unit: "300s" or "300ms"'],
  ['300', 'say the unit: "300s" or "300ms"'],
  [0, 'write "0ms"'],
  ['soon', undefined],
  ['5 parsecs', undefined],
  ['5m of rest', undefined],
  ['', undefined],
  [null, undefined],
])('%s', (text, advice) => {
  expect(durationAdvice(text)).toBe(advice);
});
