/** What an order sets off: a charge, then a parcel, then a mail. Said twice it is done once. */

import type { Client } from 'carillon';
import type { Order } from './orders.ts';
import { chargeOrder, sendMail, shipOrder } from './tasks.ts';

export async function setOff(client: Client, { id, email }: Order): Promise<void> {
  const labels = { order: id };
  const once = (what: string) => ({ labels, idempotencyKey: `${what}:${id}` });
  const charge = await client.enqueue(chargeOrder, { order: id }, once('charge'));
  // A parent that dies takes what comes after it along: nothing is shipped that was not paid.
  const ship = await client.enqueue(shipOrder, { order: id }, { ...once('ship'), after: [charge.id] });
  const mail = { to: email, subject: `Order ${id}`, text: 'It is on its way.' };
  await client.enqueue(sendMail, mail, { ...once('mail'), after: [ship.id] });
}
