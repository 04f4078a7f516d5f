/** Fan-in and a chain: a report over three files, and a mail with the report. */

import { Client, Fatal, type TaskContext, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

const worker = new Worker({
  ...connection,
  handlers: {
    'file.fetch': async ({ name }: { name: string }) => ({ name, bytes: name.length * 100 }),
    'report.build': async (_: unknown, ctx: TaskContext) => {
      const files = (await ctx.parents()).map(({ result }) => result as { bytes: number });
      return `${files.reduce((sum, { bytes }) => sum + bytes, 0)} bytes in ${files.length} files`;
    },
    'report.mail': async (_: unknown, ctx: TaskContext) => {
      const [report] = await ctx.parents();
      return `sent "${report?.result}"`;
    },
    'file.broken': async () => {
      throw new Fatal('no such file');
    },
  },
});

const client = new Client(connection);
const files = await client.enqueueMany(
  ['a', 'bb', 'ccc'].map((name) => ({ handler: 'file.fetch', payload: { name } })),
);
const report = await client.enqueue('report.build', null, { after: files.map(({ id }) => id) });
const mail = await client.enqueue('report.mail', null, { after: [report.id] });
console.log(`the report waits for ${(await client.get(report.id))?.waitingFor?.length} parents`);

await worker.start();
console.log(`the report: ${(await client.wait(report.id, '10s')).result}`);
console.log(`the mail comes last: ${(await client.wait(mail.id, '10s')).result}`);

const broken = await client.enqueue('file.broken');
const child = await client.enqueue('report.build', null, { after: [broken.id] });
const orphan = await client.wait(child.id, '10s');
const parent = await client.get(broken.id);
console.log(`the parent is ${parent?.state}, the child ${orphan.state}: ${orphan.reason}`);

await client.close();
await worker.stop();
