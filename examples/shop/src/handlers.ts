/** What the workers of the shop run. `handlersOf` takes what they depend on, so that tests can bring their own. */

import { Client, defineHandlers, Fatal, type Handlers, RetryAfter } from 'carillon';
import { Orders } from './orders.ts';
import { Busy, Declined, type Payments, pretendedPayments } from './payments.ts';
import { setOff } from './place.ts';
import { chargeOrder, dailyReport, sendMail, shipOrder } from './tasks.ts';

export interface Parts {
  orders: Orders;
  payments: Payments;
  client: Client;
  deliver(mail: { to: string; subject: string; text: string }): Promise<void>;
}

/** An order without its tasks is left behind once it is as old as this (ms). */
const LEFT_BEHIND = 30_000;

export function handlersOf({ orders, payments, client, deliver }: Parts): Handlers {
  return defineHandlers({
    ...chargeOrder.handle(async ({ order: id }, ctx) => {
      const order = await orders.get(id);
      if (!order) throw new Fatal(`there is no order ${id}`);
      try {
        // The id of the task is the same for every attempt: it makes the charge idempotent.
        const receipt = await payments.charge(ctx.task.id, order.card, order.cents);
        await orders.change(id, { state: 'paid' });
        return { receipt };
      } catch (error) {
        if (error instanceof Busy) throw new RetryAfter(error.retryAfter, error.message);
        if (!(error instanceof Declined)) throw error;
        await orders.change(id, { state: 'declined' });
        const mail = { to: order.email, subject: `Order ${id}`, text: 'Your card was declined.' };
        await ctx.enqueue(sendMail, mail);
        throw new Fatal(error.message);
      }
    }),

    ...shipOrder.handle(async ({ order: id }) => {
      const parcel = `parcel-${id}`;
      await orders.change(id, { state: 'shipped', parcel });
      return { parcel };
    }),

    ...sendMail.handle(async (mail) => deliver(mail)),

    // The interval goes from the run before to this one: no order is counted twice, and none is left out.
    ...dailyReport.handle(async (_payload, { schedule }) => {
      const { from, to } = schedule?.interval ?? { from: '', to: '9999' };
      const sold = (await orders.all()).filter(({ placedAt }) => placedAt >= from && placedAt < to);
      return { orders: sold.length, cents: sold.reduce((sum, { cents }) => sum + cents, 0) };
    }),

    'orders.sweep': async () => {
      const before = new Date(Date.now() - LEFT_BEHIND).toISOString();
      const left = (await orders.all()).filter(
        ({ state, placedAt }) => state === 'placed' && placedAt < before,
      );
      // Those that were set off already are not set off again: `setOff` names each task by its order.
      for (const order of left) await setOff(client, order);
      return { looked: left.length };
    },
  });
}

const redis = process.env['CARILLON_REDIS_URL'] ?? process.env['REDIS_URL'];
const namespace = process.env['CARILLON_NAMESPACE'];

export default handlersOf({
  orders: new Orders(process.env['SHOP_ORDERS'] ?? 'data/orders'),
  payments: pretendedPayments(),
  client: new Client({ ...(redis ? { redis } : {}), ...(namespace ? { namespace } : {}) }),
  deliver: async ({ to, subject }) => console.log(`mail to ${to}: ${subject}`),
});
