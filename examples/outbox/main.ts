/** A transactional outbox: rows beside the data say which tasks are wanted, and a relay sends them, twice where need be. */

import { Client, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

interface Row {
  id: string;
  handler: string;
  payload: unknown;
}

/** What stands for your database: everything a transaction does is there when it commits, or none of it. */
const database = { orders: new Map<number, string>(), outbox: new Map<string, Row>() };

function transaction(work: (tables: typeof database) => void): void {
  const draft = { orders: new Map(database.orders), outbox: new Map(database.outbox) };
  work(draft);
  Object.assign(database, draft);
}

/** Like `INSERT INTO orders …; INSERT INTO outbox …;` */
function placeOrder(order: number, tables: typeof database): void {
  tables.orders.set(order, 'placed');
  const row = { id: `ship-${order}`, handler: 'order.ship', payload: { order } };
  tables.outbox.set(row.id, row);
}

const client = new Client(connection);

/** Sends what stands there, then deletes it. With several relays: `SELECT … FOR UPDATE SKIP LOCKED`. */
async function relay({ diesBeforeDeleting = false } = {}): Promise<number> {
  const rows = [...database.outbox.values()];
  for (const { id, handler, payload } of rows)
    await client.enqueue(handler, payload, { idempotencyKey: `outbox:${id}` });
  if (diesBeforeDeleting) return rows.length;
  transaction(({ outbox }) => {
    for (const { id } of rows) outbox.delete(id);
  });
  return rows.length;
}

const tasks = async () => (await client.list({ handler: 'order.ship' })).items;

try {
  transaction((tables) => {
    placeOrder(7, tables);
    throw new Error('the card was declined');
  });
} catch {
  await relay();
  console.log(`rolled back: ${database.outbox.size} rows, ${(await tasks()).length} tasks`);
}

transaction((tables) => placeOrder(1, tables));
transaction((tables) => placeOrder(2, tables));
console.log('committed: the process died before it had sent anything');
console.log(`sent ${await relay({ diesBeforeDeleting: true })} rows; died before it had noted that`);
console.log(`sent ${await relay()} rows again: ${(await tasks()).length} tasks altogether`);

const shipped: number[] = [];
const worker = new Worker({
  ...connection,
  handlers: {
    'order.ship': async ({ order }: { order: number }) => {
      shipped.push(order);
    },
  },
});
await worker.start();
for (const { id } of await tasks()) await client.wait(id, '10s');
console.log(`each order was shipped once: ${shipped.sort().join(', ')}`);

await client.close();
await worker.stop();
