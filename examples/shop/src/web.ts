/** The shop for its customers: `POST /orders` and `GET /orders/{id}`. */

import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text as bodyOf } from 'node:stream/consumers';
import type { Client } from 'carillon';
import type { Order, Orders } from './orders.ts';
import { setOff } from './place.ts';

export interface Shop {
  client: Client;
  orders: Orders;
  newId(): string;
}

type Answer = [status: number, body: unknown];

export function createShop(shop: Shop): Server {
  return createServer(async (request, response) => {
    const [status, body] = await answer(request, shop).catch(
      (error): Answer => [503, { error: String(error) }],
    );
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
}

async function answer(request: IncomingMessage, shop: Shop): Promise<Answer> {
  const [, place, id] = (request.url ?? '').split('/');
  if (place !== 'orders') return [404, { error: 'no such page' }];
  if (request.method === 'POST' && id === undefined) return placed(await bodyOf(request), shop);
  const order = id === undefined ? null : await shop.orders.get(id);
  return order ? [200, order] : [404, { error: 'no such order' }];
}

async function placed(body: string, { client, orders, newId }: Shop): Promise<Answer> {
  const given = read(body);
  if (!given) return [422, { error: 'an order has email, cents and card' }];
  const order: Order = { id: newId(), ...given, placedAt: new Date().toISOString(), state: 'placed' };
  await orders.put(order);
  // Whoever dies here leaves an order without tasks: the schedule `sweep-orders` finds it.
  await setOff(client, order);
  return [202, order];
}

function read(body: string): Pick<Order, 'email' | 'cents' | 'card'> | null {
  try {
    const { email, cents, card } = JSON.parse(body) as Record<string, unknown>;
    if (typeof email !== 'string' || !Number.isInteger(cents) || typeof card !== 'string') return null;
    return { email, cents: Number(cents), card };
  } catch {
    return null;
  }
}
