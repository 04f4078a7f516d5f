/** Forty hostile texts in every field that reaches a page: nothing runs, nothing is fetched, all of it is shown as text. */

import { spawnSync } from 'node:child_process';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Task } from '../../src/index.js';
import { TestBrowser } from '../support/chromium.js';
import { HOSTILE_TEXTS } from './hostile-texts.js';
import { row, visit } from './looking.js';
import { Stage } from './stage.js';

let stage: Stage;
let browser: TestBrowser;
let page: Page;
/** What a page must never have: dialogs, reports of the policy, errors, requests to elsewhere. */
const seen: string[] = [];

/** Fields have lengths of their own. */
const SHORT = HOSTILE_TEXTS.filter((text) => text.length <= 200);
/** What a page that shows a text as text has no element of. */
const NEVER =
  'main :is(script, style, img, iframe, object, embed, math, meta, link, base), [onerror], [onload], [onfocus], [onmouseover], [ontoggle], a[href^="javascript:" i], a[href^="data:" i]';

/** As many of them as fit into a reason. */
function reasonOf(texts: readonly string[]): string {
  let reason = '';
  for (const text of texts) if (reason.length + text.length < 250) reason += `${text}\n`;
  return reason.trim();
}

const once = { retry: { maxAttempts: 1 } };
const dead = new Map<string, string>();
let told: string;
let cancelled: string;
let labelled: Task[];

beforeAll(async () => {
  stage = await Stage.open();
  browser = await TestBrowser.launch();
  const watched = await browser.page({ permissions: ['clipboard-read', 'clipboard-write'] });
  ({ page } = watched);
  page.on('dialog', (dialog) => {
    seen.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.exposeFunction('reported', (report: string) => seen.push(report));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
      (window as unknown as { reported: (text: string) => void }).reported(
        `policy ${effectiveDirective} ${blockedURI} ${sample}`,
      );
    });
  });
  watched.page.on('request', (request) => {
    if (new URL(request.url()).origin !== stage.url) seen.push(`request ${request.url()}`);
  });
  watched.page.on('pageerror', (error) => seen.push(`error ${error}`));
  await fill();
});

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

/** Everything that takes a text gets all of them. */
async function fill(): Promise<void> {
  const texts = { list: HOSTILE_TEXTS, ...Object.fromEntries(HOSTILE_TEXTS.map((text) => [text, text])) };
  await stage.run({ handler: 'echo', payload: texts, ...once });
  const ends = HOSTILE_TEXTS.map(async (text) => {
    const payload = { message: text, code: text.slice(0, 100), stack: `${text}\n  at ${text}`, cause: text };
    dead.set(text, (await stage.run({ handler: 'refuse', payload, ...once })).id);
    return stage.run({ handler: 'tell', payload: { text: text.slice(0, 900) }, ...once });
  });
  told = (await Promise.all(ends)).find(({ state }) => state === 'completed')?.id ?? '';
  labelled = await Promise.all(
    [SHORT.slice(0, 20), SHORT.slice(20)].map((some, n) =>
      stage.create({
        handler: 'greet',
        delay: '1h',
        labels: Object.fromEntries(some.map((text) => [text, text])),
        uniqueKey: some[n] ?? '',
        concurrencyKey: some[n + 1] ?? '',
      }),
    ),
  );
  const one = await stage.create({ handler: 'greet', delay: '1h' });
  cancelled = one.id;
  await stage.post(`/v1/tasks/${one.id}/cancel`, { reason: reasonOf(SHORT) });
  for (const n of [0, 1, 2, 3]) {
    const some = SHORT.slice(n * 10, n * 10 + 10);
    await stage.put(`/v1/schedules/hostile-${n}`, {
      ...{ handler: 'echo', every: '1h', payload: texts, owner: some[0]?.slice(0, 60) },
      ...{ description: some.join('\n'), labels: Object.fromEntries(some.map((text) => [text, text])) },
    });
    await stage.post(`/v1/schedules/hostile-${n}/pause`, { reason: reasonOf(some) });
  }
  const filter = { handler: 'greet', state: 'scheduled' };
  await stage.post('/v1/tasks/cancel', { filter, count: 2, reason: reasonOf(SHORT), perMinute: 1 });
}

/** Opens a view, and looks whether anything came to life. */
async function look(path: string): Promise<void> {
  await visit(page, stage.url + path);
  await nothingRan(path);
}

async function nothingRan(where: string): Promise<void> {
  expect([where, await page.locator(NEVER).count()]).toEqual([where, 0]);
  expect([where, await page.evaluate(() => 'ran' in window || 'ran' in Object.prototype)]).toEqual([
    where,
    false,
  ]);
  expect([where, await page.locator('base').count(), await page.locator('h1').count()]).toEqual([
    where,
    1,
    1,
  ]);
  expect([where, seen]).toEqual([where, []]);
}

const shown = (): Promise<string> => page.getByRole('main').evaluate((main) => main.textContent ?? '');

it('there are forty of them, all different', () => {
  expect(new Set(HOSTILE_TEXTS).size).toBe(40);
});

it('names have a grammar, which none of them is', async () => {
  for (const text of HOSTILE_TEXTS.filter((one) => one !== 'constructor')) {
    await expect(stage.create({ handler: text, payload: null })).rejects.toThrow(/422/);
    await expect(stage.create({ handler: 'greet', queue: text })).rejects.toThrow(/422/);
    await expect(
      stage.put(`/v1/schedules/${encodeURIComponent(text)}`, { handler: 'greet', every: '1h' }),
    ).rejects.toThrow(/4\d\d/);
  }
});

it('errors are shown as they are, in groups and one by one', async () => {
  await look('/dead');
  const messages = await page.locator('.group-message').allTextContents();
  // Texts that differ only by a number are one group; so are those of which blanks alone are left.
  const missing = HOSTILE_TEXTS.filter((text) => !messages.some((one) => one.startsWith(text.slice(0, 200))));
  expect(missing).toEqual([]);
  for (const text of [...dead.keys()].filter((_, n) => n % 4 === 0)) {
    await look(`/tasks/${dead.get(text)}`);
    expect(await shown()).toContain(text.slice(0, 200));
  }
});

it('payloads, results, progress and logs are', async () => {
  const [echoed] = (await stage.get<{ items: Task[] }>('/v1/tasks?handler=echo')).items;
  await look(`/tasks/${echoed?.id}`);
  await look(`/tasks/${told}`);
  const text = ((await stage.get<Task>(`/v1/tasks/${told}`)).payload as { text: string }).text;
  const written = await shown();
  expect(written.split(JSON.stringify(text).slice(1, -1)).length).toBeGreaterThan(3);
});

it('labels and keys are, and lead to filters that find them', async () => {
  for (const { id, labels } of labelled) {
    await look(`/tasks/${id}`);
    const written = await shown();
    for (const text of Object.keys(labels)) expect(written).toContain(`${text}=${text}`);
  }
  const { id } = labelled[0] as Task;
  await look(`/tasks/${id}`);
  await page.getByRole('main').locator('.chips a').first().click();
  await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
  await row(page, 'Tasks', id).waitFor();
  await nothingRan('the filter of a label');
});

it('reasons, descriptions and owners are', async () => {
  await look(`/tasks/${cancelled}`);
  expect(await shown()).toContain(SHORT[0]);
  for (const n of [0, 1, 2, 3]) {
    await look(`/schedules/hostile-${n}`);
    const written = await shown();
    for (const text of SHORT.slice(n * 10, n * 10 + 10))
      expect(written.split(text).length).toBeGreaterThan(3);
    await look(`/schedules/hostile-${n}?edit`);
  }
  const [operation] = (await stage.get<{ items: { id: string }[] }>('/v1/operations')).items;
  await look(`/operations/${operation?.id}`);
  expect(await shown()).toContain(SHORT[0]);
});

it('lists and calendars are', async () => {
  for (const path of ['/', '/schedules', '/upcoming', '/tasks', '/queues', '/handlers', '/handlers/refuse'])
    await look(path);
  for (const path of ['/workers', '/cluster', '/operations', '/audit', '/tasks?state=cancelled'])
    await look(path);
});

it('addresses are, whatever somebody puts into a link', async () => {
  for (const [n, text] of HOSTILE_TEXTS.entries()) {
    const it = encodeURIComponent(text.slice(0, 100));
    const path = [
      `/tasks/${it}`,
      `/tasks?q=${it}&label=${it}&handler=${it}`,
      `/schedules?q=${it}&label=${it}`,
      `/schedules/${it}?edit`,
      `/queues/${it}`,
    ][n % 5];
    await page.goto(stage.url + path);
    await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
    await nothingRan(path ?? '');
  }
});

it('what is typed, and refused, is', async () => {
  await look('/schedules?new');
  for (const text of SHORT.filter((_, n) => n % 6 === 0)) {
    await page.getByLabel('Id').fill('typed');
    await page.getByLabel('Definition').fill(`handler: ${JSON.stringify(text)}\nevery: ${text}\n`);
    // What is told is of this text, and not of the one before.
    await page
      .getByText(/^(This is no YAML|.*not accepted)/)
      .first()
      .waitFor();
    await nothingRan(`the editor with ${text}`);
  }
  await look('/tasks?new');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Handler').fill(HOSTILE_TEXTS[1] ?? '');
  await dialog.getByRole('button', { name: 'Enqueue', exact: true }).click();
  await dialog.getByRole('alert').waitFor();
  await nothingRan('the dialog');
});

it('a copied curl command gives a shell nothing to do but what it says', async () => {
  const [echoed] = (await stage.get<{ items: Task[] }>('/v1/tasks?handler=echo')).items;
  await look(`/tasks/${echoed?.id}`);
  await page.getByRole('button', { name: 'curl', exact: true }).click();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  const ran = spawnSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }\n${command}`], { encoding: 'utf8' });
  const said = ran.stdout.split('\0');
  expect([ran.status, ran.stderr, said[0], said[1]]).toEqual([0, '', '-X', 'POST']);
  expect(JSON.parse(said[said.indexOf('-d') + 1] ?? '')).toMatchObject({ payload: echoed?.payload });
});
