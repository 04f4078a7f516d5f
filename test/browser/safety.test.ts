/** The page runs no script but its own, whatever strangers wrote into a task, and asks for the key. */

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestBrowser } from '../support/chromium.js';
import { visit } from './looking.js';
import { HOSTILE, Stage } from './stage.js';

let browser: TestBrowser;

beforeAll(async () => {
  browser = await TestBrowser.launch();
});

afterEach(() => browser.closePages());
afterAll(() => browser?.close());

/** Whether a script of HOSTILE ran. */
const ran = (page: Page): Promise<boolean> => page.evaluate(() => 'ran' in window);

describe('text of strangers', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
  });

  afterAll(() => stage?.close());

  it('is shown as text on every view, even where the policy would not stop it', async () => {
    await stage.run({ handler: 'echo', payload: HOSTILE });
    await stage.run({ handler: 'refuse', payload: { message: HOSTILE }, retry: { maxAttempts: 1 } });
    const cancelled = await stage.create({ handler: 'greet', delay: '1h', labels: { [HOSTILE]: HOSTILE } });
    await stage.post(`/v1/tasks/${cancelled.id}/cancel`, { reason: HOSTILE });
    await stage.post('/v1/schedules/on-leave/pause', { reason: HOSTILE });
    // Names have a grammar: they never get as far as the page.
    await expect(stage.create({ handler: HOSTILE })).rejects.toThrow('422');

    const { page, complaints } = await browser.page({ bypassCSP: true });
    const { items } = await stage.get<{ items: { id: string }[] }>('/v1/tasks');
    const tasks = items.map(({ id }) => `/tasks/${encodeURIComponent(id)}`);
    for (const path of [
      '/',
      '/tasks',
      '/dead',
      '/schedules',
      '/schedules/midnight',
      '/schedules/on-leave',
      ...tasks,
    ]) {
      await visit(page, stage.url + path);
      expect([path, await page.locator('img, body script').count()]).toEqual([path, 0]);
      expect([path, await ran(page)]).toEqual([path, false]);
    }
    await page.getByRole('main').getByText(HOSTILE).first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('could not run as a script if it became one', async () => {
    const { page } = await browser.page();
    const reply = await page.goto(stage.url);
    expect(reply?.headers()['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    const refused = await page.evaluate(async () => {
      const seen: string[] = [];
      const three = new Promise<void>((resolve) => {
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
          seen.push(`${effectiveDirective} ${blockedURI}`);
          if (seen.length === 3) resolve();
        });
      });
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      const button = document.createElement('button');
      button.setAttribute('onclick', 'window.ran = true');
      const picture = document.createElement('img');
      picture.src = 'https://elsewhere.invalid/x';
      document.body.append(script, button, picture);
      button.click();
      await three;
      return seen.sort();
    });
    expect(refused).toEqual([
      'img-src https://elsewhere.invalid/x',
      'script-src-attr inline',
      'script-src-elem inline',
    ]);
    expect(await ran(page)).toBe(false);
  });
});

describe('with an API key', () => {
  const key = 'ring-the-bells-at-noon';
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open({ key });
  });

  afterAll(() => stage?.close());

  it('nothing is shown without it or with another one', async () => {
    const bare = await fetch(`${stage.url}/v1/tasks`);
    expect([bare.status, bare.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="Carillon"']);
    const { page } = await browser.page();
    await page.goto(stage.url);
    await page.getByLabel('API key').fill('another');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The API key is not the right one.').waitFor();
    expect(await page.getByRole('table').count()).toBe(0);
  });

  it('is typed once, and changed for a cookie that scripts do not see', async () => {
    const { page } = await browser.page();
    await page.goto(stage.url);
    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: /leader\s+one/ }).waitFor();
    expect(await page.evaluate(() => document.cookie)).toBe('');
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(cookie?.value).not.toContain(key);
    // The page itself may change things: the browser says where it comes from.
    const made = await page.evaluate(async () => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ handler: 'greet', payload: {}, delay: '1h' });
      return (await fetch('v1/tasks', { method: 'POST', headers, body })).status;
    });
    expect(made).toBe(201);
  });
});
