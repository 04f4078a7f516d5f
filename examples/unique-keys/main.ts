/** A unique key: ten clicks on a button make one report. */

import { Client, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

let runs = 0;
const worker = new Worker({ ...connection, handlers: { 'report.build': async () => (runs += 1) } });

const client = new Client(connection);
const ask = () => client.enqueue('report.build', { month: '2027-01' }, { uniqueKey: 'report:2027-01' });

const asked = await Promise.all([ask(), ask(), ask()]);
console.log(`asked three times, made ${new Set(asked.map(({ id }) => id)).size}`);

await worker.start();
const first = asked[0];
await client.wait(first.id, '10s');
console.log(runs === 1 ? 'the report ran once' : `the report ran ${runs} times`);

const again = await ask();
await client.wait(again.id, '10s');
console.log(runs === 2 && again.id !== first.id ? 'and once more after that' : 'and never again');

await client.close();
await worker.stop();
