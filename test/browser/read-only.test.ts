/** A node that only shows: it refuses every write, whoever sends it, and its pages offer none. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestBrowser } from '../support/chromium.js';
import type { OpenApi } from '../support/hostile.js';
import { visit } from './looking.js';
import { Stage } from './stage.js';
import { viewsOf } from './views.js';

let stage: Stage;
let browser: TestBrowser;

beforeAll(async () => {
  stage = await Stage.open({ env: { CARILLON_READ_ONLY: 'true' } });
  browser = await TestBrowser.launch();
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

/** Of the methods that change something, those that do not: the plan says what it would do, a session is no change. */
const HARMLESS = ['POST /v1/sets/{set}/plan', 'POST /v1/session', 'DELETE /v1/session'];
/** All that is written down. */
const FACTS = ['/v1/tasks', '/v1/schedules', '/v1/queues', '/v1/operations', '/v1/sets', '/v1/audit'];

it('refuses from its own pages each write that is described, and is as it was before', async () => {
  const { page } = await browser.page();
  await visit(page, stage.url);
  const { paths } = await stage.get<OpenApi>('/openapi.json');
  const writes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => ['post', 'put', 'patch', 'delete'].includes(method))
      .map((method) => ({ name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path })),
  );
  expect(writes.length).toBeGreaterThan(30);
  // Of things that are there, so that nothing else could be the reason.
  const real: Record<string, string> = { id: 'midnight', set: 'files', queue: 'default', name: 'w' };
  const facts = async (): Promise<string> =>
    JSON.stringify(await Promise.all(FACTS.map((path) => stage.get(path))), (key, value) =>
      /Ms$|^(rates|now|scanned)$/.test(key) ? undefined : value,
    );
  const before = await facts();
  for (const { name, method, path } of writes.filter((one) => !HARMLESS.includes(one.name))) {
    const url = path.slice(1).replace(/\{(\w+)\}/g, (_, parameter: string) => real[parameter] ?? 'w');
    const answer = await page.evaluate(
      async ([where, how]) => {
        const headers = { 'content-type': 'application/json' };
        const body = JSON.stringify({ handler: 'greet', every: '1h', count: 0, filter: {} });
        const reply = await fetch(where, { method: how, headers, body });
        return [reply.status, ((await reply.json()) as { code: string }).code];
      },
      [url, method] as const,
    );
    expect([name, ...answer]).toEqual([name, 403, 'read_only']);
  }
  expect(await facts()).toBe(before);
});

it('offers nothing on any page that could be pressed', async () => {
  const { page } = await browser.page();
  const forms = ['/schedules?new', '/schedules/midnight?edit', '/tasks?state=scheduled'];
  const actions =
    /^(Run now|Pause|Resume|Skip next|Backfill|Cancel|Reschedule|Redrive|Purge|Enqueue|Abort|Save|Quiet|Scale|Stop|Step down|Change limits|Apply|Roll back|Remove)\b/;
  let offered = 0;
  for (const path of [...(await viewsOf(stage)).map((view) => view.path), ...forms]) {
    await visit(page, stage.url + path);
    const buttons = page.getByRole('main').getByRole('button', { name: actions });
    offered += await buttons.count();
    const pressable = await buttons.evaluateAll((all) =>
      all.filter((button) => !(button as HTMLButtonElement).disabled).map((button) => button.textContent),
    );
    expect([path, pressable]).toEqual([path, []]);
    expect([path, await page.getByRole('dialog').count()]).toEqual([path, 0]);
  }
  expect(offered).toBeGreaterThan(10);
});
