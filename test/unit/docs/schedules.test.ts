/**
 * docs/schedules.md holds no example that is not true: its files are loaded, its commands and programs are run on a
 * cluster whose time the page moves, and what they print is what stands there. `UPDATE_DOCS=1` writes that anew.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands.js';
import { createOutput } from '../../../src/cli/output.js';
import { ClientSchedules } from '../../../src/client/schedules.js';
import { describeError } from '../../../src/domain/input/error-text.js';
import { taskView } from '../../../src/tasks/view.js';
import { PageWorld } from '../../support/page-world.js';

const FILE = new URL('../../../docs/schedules.md', import.meta.url);
const page = readFileSync(FILE, 'utf8');

/** What a page is made of: fenced blocks, and remarks that move the time or tell of a handler. */
const PART = /^```(\w+)( \w+)?\n(.*?)^```$|^<!-- (.*?) -->$/gms;
const SECTION = /^(?=## )/m;
/** Minutes. */
const TAKES = /^(\S+) takes (\d+)m$/;
/** More than this many examples are on the page; fewer found means that this test no longer reads it. */
const LEAST = 20;

const worlds: PageWorld[] = [];
afterEach(() => Promise.all(worlds.splice(0).map(({ on }) => on.api.close())));

let run = 0;

async function begun(time: string): Promise<PageWorld> {
  const world = new PageWorld(time);
  worlds.push(world);
  await world.lead();
  return world;
}

/** The names that chance gives: runs of triggers, operations, requests. */
const steady = (text: string): string =>
  text.replaceAll(/(@\d+)([!+])[\w-]+/g, '$1$2…').replaceAll(/\b(operation|id) +[\w-]{10,}$/gm, '$1  …');

async function commanded(world: PageWorld, line: string): Promise<string> {
  const [, first = '', rest = ''] = /^carillon (\S+) ?(.*)$/.exec(line) ?? [];
  const words = [...rest.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    (one) => one[1] ?? one[2] ?? one[3] ?? '',
  );
  let out = '';
  const stream = { write: (text: string) => (out += text) };
  const { url } = await world.on.api.listen().catch(() => ({ url: '' }));
  urls.set(world, urls.get(world) ?? url);
  const env = { CARILLON_URL: urls.get(world) ?? '', USER: 'ann' };
  const surroundings = { env, directory: '.', output: createOutput(stream, stream), version: '0' };
  const made = (await COMMANDS[first]?.load())?.(surroundings);
  if (!made) throw new Error(`no command ${first}`);
  await made.parseAsync(words, { from: 'user' }).catch((error: unknown) => {
    out += `${describeError(error)}\n`;
  });
  run += 1;
  return steady(out);
}
const urls = new WeakMap<PageWorld, string>();

async function console_(world: PageWorld, block: string): Promise<string> {
  let text = '';
  for (const line of block.split('\n').filter((one) => one.startsWith('$ '))) {
    text += `${line}\n${await commanded(world, line.slice(2))}`;
  }
  return text;
}

/** What the program prints. */
async function programmed(world: PageWorld, code: string): Promise<string> {
  const { store } = world.on;
  const client = {
    schedules: new ClientSchedules(async () => store),
    get: async (id: string) => {
      const facts = await store.find(id);
      return facts && taskView(facts);
    },
  };
  let out = '';
  const log = (...values: unknown[]): void => {
    const texts = values.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
    out += `${texts.join(' ')}\n`;
  };
  const body = `return (async () => {\n${code}\n})();`;
  await (new Function('client', 'console', body) as (...given: unknown[]) => Promise<void>)(client, { log });
  run += 1;
  return steady(out);
}

/** A section as it should be, by running it. */
async function played(section: string): Promise<string> {
  let world: PageWorld | undefined;
  let printed = '';
  let text = '';
  let end = 0;
  for (const part of section.matchAll(PART)) {
    const [whole, language, word = '', block = '', remark] = part;
    text += section.slice(end, part.index);
    end = part.index + whole.length;
    let now = whole;
    if (remark !== undefined) {
      const [, at] = /^at (\S+)$/.exec(remark) ?? [];
      if (at !== undefined) world = await begun(at);
      else await remarked(world, remark);
    } else if (!world) throw new Error('nobody says when');
    else if (language === 'yaml') await world.declare(block);
    else if (language === 'console') now = `\`\`\`console\n${await console_(world, block)}\`\`\``;
    else if (language === 'text') now = `\`\`\`text\n${printed}\`\`\``;
    else if (language === 'ts' && word === ' handlers') {
      const made = new Function(block.replace('export default', 'return')) as () => PageWorld['handlers'];
      Object.assign(world.handlers, made());
    } else if (language === 'ts') printed = await programmed(world, block);
    else throw new Error(`nobody runs a block of ${language}`);
    text += now;
  }
  return text + section.slice(end);
}

async function remarked(world: PageWorld | undefined, remark: string): Promise<void> {
  const [, until] = /^until (\S+)$/.exec(remark) ?? [];
  const [, asleep] = /^nobody until (\S+)$/.exec(remark) ?? [];
  const [, handler, minutes] = TAKES.exec(remark) ?? [];
  if (until !== undefined) await world?.until(until);
  else if (asleep !== undefined) world?.asleepUntil(asleep);
  else if (handler !== undefined) world?.takes(handler, Number(minutes) * 60_000);
  else throw new Error(`nobody knows what "${remark}" means`);
}

describe('docs/schedules.md', () => {
  const written: string[] = [];
  it.each(page.split(SECTION).map((section) => [section.split('\n')[0] ?? '', section] as const))(
    '%s',
    { timeout: 60_000 },
    async (_title, section) => {
      const text = await played(section);
      written.push(text);
      if (!process.env['UPDATE_DOCS']) expect(text).toBe(section);
    },
  );

  it('has the examples it is made of', () => {
    expect(run).toBeGreaterThan(LEAST);
    if (process.env['UPDATE_DOCS']) writeFileSync(FILE, written.join(''));
  });
});
