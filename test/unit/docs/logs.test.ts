/** docs/logs.md names every event there is, and every line that is written names one of them. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { LOG_EVENTS } from '../../../src/runtime/log-events.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PAGE = `${ROOT}docs/logs.md`;
const BETWEEN = /(<!-- events: [^\n]* -->\n)[\s\S]*(<!-- end -->)/;

it('the page has the table of events (UPDATE_DOCS=1 writes it)', () => {
  const rows = Object.entries<{ means: string; floods?: true }>(LOG_EVENTS)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { means, floods }]) => `| \`${name}\`${floods ? ' ∿' : ''} | ${means} |`);
  const table = ['| event | what happened |', '|---|---|', ...rows, ''].join('\n');
  const page = readFileSync(PAGE, 'utf8');
  const wanted = page.replace(BETWEEN, (_, begin, end) => `${begin}${table}${end}`);
  if (process.env['UPDATE_DOCS']) writeFileSync(PAGE, wanted);
  else expect(page).toBe(wanted);
});

/** Handlers write what they like, and what a starter file has is for its reader. */
const FREE = /^src\/(builtin\/(http-request|command-run)|cli\/starter|worker\/task-log|runtime\/log)\.ts$/;

function linesIn(path: string): { at: string; event: string | undefined }[] {
  const text = readFileSync(`${ROOT}${path}`, 'utf8').replace(/^\s*(\*|\/\/|\/\*\*).*$/gm, '');
  return [...text.matchAll(/[lL]og(?:\.(?:debug|info|warn|error)|\[LEVELS\[\w+\]\])\(\s*/g)].map((call) => {
    const rest = text.slice((call.index ?? 0) + call[0].length);
    return { at: `${path}: ${rest.slice(0, 50)}`, event: /^\{\s*event: '([\w.]+)'/.exec(rest)?.[1] };
  });
}

it('every line that the processes write names its event, and every event is written somewhere', () => {
  const files = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
    .map((file) => `src/${file}`)
    .filter((path) => path.endsWith('.ts') && !FREE.test(path));
  const lines = files.flatMap(linesIn);
  expect(lines.length).toBeGreaterThan(80);
  expect(lines.filter(({ event }) => event === undefined || !Object.hasOwn(LOG_EVENTS, event))).toEqual([]);
  const written = new Set([...lines.map(({ event }) => event), 'task.log']);
  expect(Object.keys(LOG_EVENTS).filter((event) => !written.has(event))).toEqual([]);
});
