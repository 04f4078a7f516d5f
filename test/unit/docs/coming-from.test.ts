/**
 * Pages under docs/coming-from/ hold no example that is not true: what they import is imported, the file and the remarks
 * that stand there are what comes of it, and what they show of the shadow is played. `UPDATE_DOCS=1` writes that anew.
 */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands.js';
import { createOutput } from '../../../src/cli/output.js';
import { describeError } from '../../../src/domain/input/error-text.js';
import { FORMATS } from '../../../src/files/import/formats.js';
import { loadTexts } from '../../../src/files/load.js';
import { PageWorld } from '../../support/page-world.js';

const PAGES = fileURLToPath(new URL('../../../docs/coming-from/', import.meta.url));
const INDEX = 'README.md';

/** Fenced blocks, each with the remark above it that names its file; and the remark that plays a file in the shadow. */
const PART =
  /(?:^<!-- (file|made) (\S+) -->\n\n?)?^```(\w*)\n(.*?)^```$|^<!-- shadow (\S+) at (\S+) until (\S+) -->$/gms;

let dir: string;
const worlds: PageWorld[] = [];
beforeEach(() => {
  // Remarks name the next changes of the clocks.
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-12-01T00:00:00Z') });
  dir = mkdtempSync(join(tmpdir(), 'carillon-page-'));
});
afterEach(async () => {
  vi.useRealTimers();
  rmSync(dir, { recursive: true });
  await Promise.all(worlds.splice(0).map(({ on }) => on.api.close()));
});

function put(name: string, text: string): void {
  mkdirSync(dirname(join(dir, name)), { recursive: true });
  writeFileSync(join(dir, name), text);
}
const made = (name: string): string => readFileSync(join(dir, name), 'utf8');

/** What a line prints; its data goes to a file where it says so. */
async function commanded(line: string, url: string): Promise<string> {
  const [, command = '', target, silent] = /^(.*?)(?: > (\S+))?( 2> \/dev\/null)?$/.exec(line) ?? [];
  const [, first = '', rest = ''] = /^carillon (\S+) ?(.*)$/.exec(command) ?? [];
  const words = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map((one) => one[1] ?? one[2] ?? '');
  let out = '';
  let said = '';
  const output = createOutput({ write: (text) => (out += text) }, { write: (text) => (said += text) });
  const surroundings = { env: { CARILLON_URL: url }, directory: dir, output, version: '0' };
  const made = (await COMMANDS[first]?.load())?.(surroundings);
  if (!made) throw new Error(`no command ${first}`);
  await made.parseAsync(words, { from: 'user' }).catch((error: unknown) => {
    said += `${describeError(error)}\n`;
  });
  if (target === undefined) return said + out;
  put(target, out);
  return silent === undefined ? said : '';
}

async function console_(block: string, url: string): Promise<string> {
  let text = '';
  for (const line of block.split('\n').filter((one) => one.startsWith('$ '))) {
    text += `${line}\n${await commanded(line.slice(2), url)}`;
  }
  return text;
}

/** The page as it should be, by playing it. */
async function played(page: string): Promise<{ text: string; commands: number }> {
  let text = '';
  let end = 0;
  let commands = 0;
  let url = '';
  for (const part of page.matchAll(PART)) {
    const [whole, kind, name = '', language = '', block = '', shadow, at = '', until = ''] = part;
    text += page.slice(end, part.index);
    end = part.index + whole.length;
    let now = block;
    if (shadow !== undefined) {
      const world = new PageWorld(at);
      worlds.push(world);
      await world.lead();
      await world.declare(made(shadow));
      await world.until(until);
      ({ url } = await world.on.api.listen());
    } else if (kind === 'file') put(name, block);
    else if (kind === 'made') now = made(name);
    else if (language === 'console') {
      now = await console_(block, url);
      commands += 1;
    } else if (language === 'yaml') {
      const { problems } = loadTexts([{ path: 'page.yaml', text: block }], { env: {} });
      expect(problems).toEqual([]);
    }
    text += now === block ? whole : `${whole.slice(0, whole.length - block.length - 3)}${now}\`\`\``;
  }
  return { text: text + page.slice(end), commands };
}

const pages = readdirSync(PAGES).filter((name) => name !== INDEX);

describe.each(pages)('docs/coming-from/%s', (name) => {
  const page = readFileSync(`${PAGES}${name}`, 'utf8');

  it('holds what its examples do', { timeout: 60_000 }, async () => {
    const { text, commands } = await played(page);
    if (process.env['UPDATE_DOCS']) writeFileSync(`${PAGES}${name}`, text);
    expect(readFileSync(`${PAGES}${name}`, 'utf8')).toBe(text);
    expect(commands).toBeGreaterThan(1);
    const [, file = ''] = /^<!-- made (\S+) -->$/m.exec(page) ?? [];
    if (!existsSync(join(dir, 'handlers.mjs'))) return;
    const handlers = (await import(pathToFileURL(join(dir, 'handlers.mjs')).href)) as { default: object };
    const { schedules } = loadTexts([{ path: file, text: made(file) }], { env: {} });
    const asked = schedules.map(({ definition }) => definition.handler);
    expect(Object.keys(handlers.default).sort()).toEqual([...new Set(asked)].sort());
  });

  it('says what is what, what is different, and how to run both', () => {
    const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['Import', 'What is what', 'What is different', 'Side by side', 'Move']);
  });
});

describe('docs/coming-from/README.md', () => {
  const page = readFileSync(`${PAGES}${INDEX}`, 'utf8');

  it('names every format and every page', () => {
    const formats = [...page.matchAll(/^\| `([a-z0-9-]+)` \|[^|]*\|[^|]*\|$/gm)].map(([, format]) => format);
    expect(formats.sort()).toEqual(Object.keys(FORMATS).sort());
    const linked = new Set([...page.matchAll(/\]\(([a-z0-9-]+\.md)\)/g)].map(([, link]) => link));
    expect([...linked].sort()).toEqual([...pages].sort());
  });

  it('its handlers call the application, once for each attempt, and fail as it does', async () => {
    const [, module = ''] = /^```js handlers\.mjs\n(.*?)^```$/ms.exec(page) ?? [];
    put('handlers.mjs', module);
    const { default: handlers } = (await import(pathToFileURL(join(dir, 'handlers.mjs')).href)) as {
      default: Record<string, (payload: unknown, ctx: object) => Promise<string>>;
    };
    const asked: unknown[] = [];
    const application = createServer(async (request, response) => {
      asked.push([request.url, request.headers['idempotency-key'], JSON.parse(await readAll(request))]);
      response.writeHead(asked.length === 1 ? 200 : 503).end('done');
    });
    await new Promise<void>((listening) => application.listen(0, '127.0.0.1', listening));
    vi.stubEnv('APP_URL', `http://127.0.0.1:${(application.address() as AddressInfo).port}`);
    const ctx = {
      task: { id: 'a@1', handler: 'shop.tasks.nightly' },
      attempt: 1,
      signal: new AbortController().signal,
    };
    const nightly = handlers['shop.tasks.nightly'];
    expect(await nightly?.({ args: [1] }, ctx)).toBe('done');
    await expect(nightly?.({ args: [1] }, { ...ctx, attempt: 2 })).rejects.toThrow('503: done');
    expect(asked).toEqual([
      ['/carillon/shop.tasks.nightly', 'a@1', { payload: { args: [1] }, attempt: 1 }],
      ['/carillon/shop.tasks.nightly', 'a@1', { payload: { args: [1] }, attempt: 2 }],
    ]);
    vi.unstubAllEnvs();
    application.close();
  });
});
