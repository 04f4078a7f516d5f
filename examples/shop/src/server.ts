/** Runs the shop: `PORT`, `CARILLON_REDIS_URL`, `CARILLON_NAMESPACE`, `SHOP_ORDERS`. */

import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Client } from 'carillon';
import { Orders } from './orders.ts';
import { createShop } from './web.ts';

const { CARILLON_REDIS_URL: redis, CARILLON_NAMESPACE: namespace, HOST = '127.0.0.1' } = process.env;
const client = new Client({ ...(redis ? { redis } : {}), ...(namespace ? { namespace } : {}) });
const orders = new Orders(process.env['SHOP_ORDERS'] ?? 'data/orders');

const server = createShop({ client, orders, newId: () => randomUUID().slice(0, 8) });
server.listen(Number(process.env['PORT'] ?? 3000), HOST, () => {
  console.log(`the shop is open at http://${HOST}:${(server.address() as AddressInfo).port}/orders`);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close(() => client.close());
  });
}
