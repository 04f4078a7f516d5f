/** What a person feels of the dashboard: frames while scrolling through many tasks, and what moves while tasks come and go. */

import { chromium } from 'playwright-core';
import { Client, Worker } from '../../dist/index.js';
import { ensureChromium } from '../../src/setup/ensure-chromium.js';
import { ownRows } from '../lib/compare.mjs';
import { startNode } from '../lib/node.mjs';
import { startRedis } from '../lib/redis.mjs';
import { quantile } from '../lib/stats.mjs';
import { sleep } from '../lib/time.mjs';

const TASKS = 100_000;
const AT_ONCE = 10_000;
/** Tasks a second that come and go meanwhile, and schedules of which each fires every second. */
const LOAD = 50;
const SCHEDULES = 5;
const SCREENS = 200;
const LIVE = ['/', '/tasks', '/schedules', '/queues'];

export const title = 'The dashboard, as it feels';

export async function run({ rounds, quick }) {
  process.stderr.write('page\n');
  const redis = await startRedis();
  const connection = { redis: redis.url, namespace: 'bench' };
  const client = new Client(connection);
  const worker = new Worker({
    ...connection,
    queues: ['default', 'live'],
    handlers: { work: async () => 'done', rare: async () => 'done', late: async (_, ctx) => late(ctx) },
  });
  const node = await startNode('carillon', redis.url);
  let streaming = true;
  const raw = [];
  try {
    await worker.start();
    await fill(client, quick ? AT_ONCE : TASKS);
    const stream = (async () => {
      while (streaming) {
        await client.enqueueMany(
          Array.from({ length: LOAD / 10 }, () => ({ handler: 'work', queue: 'live' })),
        );
        await sleep(100);
      }
    })();
    const browser = await chromium.launch({
      executablePath: await ensureChromium(),
      args: ['--no-sandbox', '--disable-gpu'],
    });
    try {
      for (let round = 0; round < Math.min(rounds, 3); round += 1) {
        const frames = await scrolled(browser, node.url, quick ? 20 : SCREENS);
        const moved = [];
        for (const path of LIVE) moved.push(await shifted(browser, node.url + path, quick ? 3 : 60));
        raw.push({ ...frames, moved, shift: Math.max(...moved) });
      }
    } finally {
      await browser.close();
    }
    streaming = false;
    await stream;
  } finally {
    streaming = false;
    await worker.stop();
    await client.close();
    await node.stop();
    await redis.stop();
  }
  const row = ownRows(raw);
  const rows = [
    row('frame while scrolling, p95', 'p95', 'ms', 50),
    row('frame while scrolling, the longest', 'longest', 'ms'),
    row('rows in the document, the most', 'rows', 'rows', 200),
    row(`layout shift (CLS) in a minute, the worst of ${LIVE.length} views`, 'shift', '', 0.02),
  ];
  const notes = [
    `Headless Chromium, 1280 × 800, ${TASKS.toLocaleString('en-US')} waiting tasks; beside it ${LOAD} tasks a second come and go and ${SCHEDULES} schedules fire every second, and an alert comes and goes. A frame is what lies between two calls of requestAnimationFrame while ${SCREENS} screens are scrolled. Views: ${LIVE.join(' ')}.`,
  ];
  return { rows, raw, notes };
}

async function fill(client, total) {
  for (let made = 0; made < total; made += AT_ONCE) {
    await client.enqueueMany(
      Array.from({ length: AT_ONCE }, (_, n) => ({ handler: 'rare', payload: { n: made + n }, delay: '9h' })),
    );
  }
  for (let n = 0; n < SCHEDULES; n += 1)
    await client.schedules.put(`every-second-${n}`, { handler: 'work', every: '1s', overlap: 'allow' });
  await client.schedules.put('now-and-then', {
    handler: 'late',
    every: '10s',
    expect: { finishWithin: '1s' },
  });
}

/** Every other run misses what is expected of it: an alert comes, and goes. */
async function late({ schedule }) {
  if ((Date.parse(schedule.nominalAt) / 10_000) % 2 === 0) await sleep(2_000);
}

async function opened(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(url);
  await page.locator('main h1').waitFor();
  return page;
}

/** Frames and rows while one scrolls by a screen every few frames. */
async function scrolled(browser, url, screens) {
  const page = await opened(browser, `${url}/tasks?state=scheduled`);
  await page.locator('main table tbody tr').nth(20).waitFor();
  const { frames, rows } = await page.evaluate(async (count) => {
    const seen = { frames: [], rows: 0 };
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    let last = await frame();
    for (let screen = 0; screen < count; screen += 1) {
      for (let part = 0; part < 10; part += 1) {
        scrollBy(0, innerHeight / 10);
        const now = await frame();
        seen.frames.push(now - last);
        last = now;
        seen.rows = Math.max(seen.rows, document.querySelectorAll('tr').length);
      }
    }
    return seen;
  }, screens);
  await page.close();
  return { p95: quantile(frames, 0.95), longest: Math.max(...frames), rows };
}

/** All that moved of itself since the view was opened. */
async function shifted(browser, url, seconds) {
  const page = await opened(browser, url);
  await page.evaluate(() => {
    globalThis.shift = 0;
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput } of list.getEntries())
        globalThis.shift += hadRecentInput ? 0 : value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await sleep(seconds * 1000);
  const shift = await page.evaluate(() => globalThis.shift);
  await page.close();
  return shift;
}
