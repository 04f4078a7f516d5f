/** The tasks of the shop: their names, what goes in and comes out, and how patient they are. Both ends import them. */

import { defineTask } from 'carillon';
import { count, shape, text } from './shape.ts';

export const chargeOrder = defineTask({
  name: 'payment.charge',
  input: shape({ order: text }),
  output: shape({ receipt: text }),
  queue: 'payments',
  timeout: '20s',
  retry: { maxAttempts: 6, delay: '2s', maxDelay: '5m', maxElapsed: '2h' },
});

export const shipOrder = defineTask({
  name: 'order.ship',
  input: shape({ order: text }),
  output: shape({ parcel: text }),
  queue: 'warehouse',
});

export const sendMail = defineTask({
  name: 'mail.send',
  input: shape({ to: text, subject: text, text }),
  queue: 'mail',
  // Nobody wants the mail of last week.
  expiresIn: '2d',
});

export const dailyReport = defineTask({
  name: 'report.daily',
  output: shape({ orders: count, cents: count }),
});
