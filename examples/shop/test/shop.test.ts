/** The shop on a real Redis (`REDIS_URL`), in a namespace of this run's own, with a mailbox instead of a mail server. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client, type Task, Worker } from 'carillon';
import { handlersOf } from '../src/handlers.ts';
import { type Order, Orders } from '../src/orders.ts';
import { pretendedPayments } from '../src/payments.ts';
import { dailyReport } from '../src/tasks.ts';
import { createShop } from '../src/web.ts';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: `shop-${randomUUID()}`,
};
const client = new Client(connection);
const directory = await mkdtemp(join(tmpdir(), 'shop-'));
const orders = new Orders(directory);
const mails: string[] = [];
const handlers = handlersOf({
  orders,
  client,
  payments: pretendedPayments(),
  deliver: async ({ to, text }) => {
    mails.push(`${to}: ${text}`);
  },
});
const queues = ['default', 'payments', 'warehouse', 'mail'];
const worker = new Worker({ ...connection, queues, handlers });
const server = createShop({ client, orders, newId: () => randomUUID() });

before(async () => {
  await worker.start();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

after(async () => {
  server.close();
  await worker.stop();
  // The handlers' client is the same one.
  await client.close();
  await rm(directory, { recursive: true });
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`;

async function order(card: string): Promise<Order> {
  const body = JSON.stringify({ email: `${card}@example.org`, cents: 1999, card });
  const answer = await fetch(url(), { method: 'POST', body });
  assert.equal(answer.status, 202);
  return (await answer.json()) as Order;
}

/** The tasks of an order once all of them have ended, by handler. */
async function ended(id: string): Promise<Record<string, Task>> {
  const { items } = await client.list({ label: `order=${id}` });
  const done = await Promise.all(items.map((task) => client.wait(task.id, '20s')));
  return Object.fromEntries(done.map((task) => [task.handler, task]));
}

test('an order is charged, shipped and told of', async () => {
  const { id } = await order('good');
  const { 'order.ship': ship, 'mail.send': mail } = await ended(id);
  assert.deepEqual(ship?.result, { parcel: `parcel-${id}` });
  assert.equal(mail?.state, 'completed');
  const shown = (await (await fetch(`${url()}/${id}`)).json()) as Order;
  assert.equal(shown.state, 'shipped');
  assert.ok(mails.includes('good@example.org: It is on its way.'));
});

test('a busy provider is asked again when it says, and charges once', async () => {
  const { id } = await order('busy');
  const { 'payment.charge': charge } = await ended(id);
  assert.deepEqual(
    charge?.attempts.map(({ outcome }) => outcome),
    ['failed', 'completed'],
  );
  assert.deepEqual(charge?.result, { receipt: `${charge?.id}/1999` });
});

test('nothing is shipped that was not paid, and the customer hears of it', async () => {
  const { id } = await order('declined');
  const { 'payment.charge': charge, 'order.ship': ship } = await ended(id);
  assert.equal(charge?.state, 'dead');
  assert.equal(ship?.state, 'cancelled');
  assert.equal((await orders.get(id))?.state, 'declined');
  const { items } = await client.list({ handler: 'mail.send', queue: 'mail' });
  await Promise.all(items.map((task) => client.wait(task.id, '20s')));
  assert.ok(mails.includes('declined@example.org: Your card was declined.'));
});

test('an order whose tasks were never made is swept up, one that has them is not made twice', async () => {
  const placedAt = '2026-01-01T00:00:00.000Z';
  const left: Order = {
    id: 'left',
    email: 'left@example.org',
    cents: 5,
    card: 'good',
    placedAt,
    state: 'placed',
  };
  await orders.put(left);
  const sweep = async () => client.wait((await client.enqueue('orders.sweep')).id, '20s');
  assert.deepEqual((await sweep()).result, { looked: 1 });
  // As if it had not been written down that it is paid.
  await ended('left');
  await orders.put(left);
  assert.deepEqual((await sweep()).result, { looked: 1 });
  const { items } = await client.list({ label: `order=left` });
  assert.equal(items.length, 3);
});

test('the report adds up what was sold', async () => {
  const task = await client.enqueue(dailyReport);
  const { result } = await client.wait(task.id, '20s');
  assert.deepEqual(result, { orders: 4, cents: 3 * 1999 + 5 });
});

test('an order that makes no sense is refused', async () => {
  assert.equal((await fetch(url(), { method: 'POST', body: '{"email":7}' })).status, 422);
  assert.equal((await fetch(`${url()}/none`)).status, 404);
});
