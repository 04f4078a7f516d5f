/** What `carillon init` writes runs as it says: under `carillon dev`, and the worker of its containers. */

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { onScene } from '../support/scene.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const on = onScene();

/** As `npm install carillon` leaves it. */
function installed(): void {
  mkdirSync(on.path('node_modules'));
  symlinkSync(ROOT, on.path('node_modules', 'carillon'));
  on.write('package.json', '{"dependencies":{"carillon":"0.1.0"}}');
}

it.each([
  ['javascript', 'handlers.mjs'],
  ['typescript', 'handlers.ts'],
])('in %s', async (language, module) => {
  installed();
  const written = await on.run(['init', `--${language}`]);
  expect(written.code, written.stderr).toBe(0);
  const [, words = ''] = /npx carillon (dev \S+)/.exec(written.stderr) ?? [];
  expect(words).toBe(`dev ${module}`);

  const dev = on.carillon([...words.split(' '), '--port', '0']);
  await dev.line(/hello .*hello, world|hello, world/);
  const [, url = ''] = await dev.line(/(http:\/\/127\.0\.0\.1:\d+)/);
  const trigger = await on.run(['schedules', 'trigger', 'nightly-report', '--wait', '--json'], {
    CARILLON_URL: url,
  });
  expect(trigger.code, trigger.stderr).toBe(0);
  expect(JSON.parse(trigger.stdout)).toMatchObject({ state: 'completed', handler: 'report.write' });
  expect((await dev.stop('SIGINT')).code).toBe(0);
});

it('is checked by the compiler as it stands', async () => {
  installed();
  expect((await on.run(['init', '--typescript'])).code).toBe(0);
  const strict = { strict: true, module: 'nodenext', target: 'es2023', noEmit: true, types: [] };
  writeFileSync(on.path('tsconfig.json'), JSON.stringify({ compilerOptions: strict, include: ['*.ts'] }));
  const tsc = on.start(process.execPath, [`${ROOT}node_modules/typescript/bin/tsc`, '-p', 'tsconfig.json']);
  expect((await tsc.ended).code, tsc.output).toBe(0);
});
