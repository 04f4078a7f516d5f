/**
 * docs/schedule-files.md holds no example that is not true: its files are written, its commands, its CI job and its calls
 * are made in their order on a node, and what they print is what stands there, but for times. `UPDATE_DOCS=1` writes
 * that anew.
 */

import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { eventually } from '../support/eventually.js';
import { onScene } from '../support/scene.js';

const FILE = new URL('../../docs/schedule-files.md', import.meta.url);
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const page = readFileSync(FILE, 'utf8');

const BLOCK = /^```(\w+)(?: (\S+))?\n(.*?)^```$/gms;
/** More than this many commands and calls are on the page; fewer found means that this test no longer reads it. */
const LEAST = 25;

const scene = onScene();
let env: Record<string, string>;
let url: string;
let run = 0;

async function start(): Promise<void> {
  const node = scene.carillon(['start', '--port', '0', '--schedules', 'none']);
  [url = ''] = await node.line(/http:\/\/127\.0\.0\.1:\d+/);
  await eventually(
    () => fetch(`${url}/readyz`),
    ({ ok }) => ok,
    { within: 20_000 },
  );
  mkdirSync(scene.path('bin'));
  for (const [name, first] of [
    ['carillon', ''],
    // What `npx` does where the package is installed.
    ['npx', 'shift; '],
    ['npm', 'exit 0; '],
  ] as const) {
    scene.write(`bin/${name}`, `#!/bin/sh\n${first}exec "${process.execPath}" "${MAIN}" "$@"\n`);
    chmodSync(scene.path('bin', name), 0o755);
  }
  const PATH = `${scene.path('bin')}:${process.env['PATH']}`;
  env = { ...scene.env, PATH, CARILLON_URL: url, USER: 'ann', NO_COLOR: '1' };
}

/** Both streams and the exit code of a line that a shell runs. */
function shell(line: string, more: Record<string, string> = {}): Promise<{ out: string; code: number }> {
  run += 1;
  return new Promise((resolve) => {
    const options = { cwd: scene.path(), env: { ...env, ...more } };
    execFile('/bin/sh', ['-c', `{ ${line}\n} 2>&1`], options, (error, out) => {
      resolve({ out, code: error ? Number(error.code) : 0 });
    });
  });
}

async function commands(block: string): Promise<string> {
  let text = '';
  for (const line of block.split('\n').filter((one) => one.startsWith('$ '))) {
    const [, command = '', code = '0'] = /^\$ (.*?)(?: {3}# exit (\d+))?$/.exec(line) ?? [];
    const ended = await shell(command);
    expect([command, ended.code, ended.out]).toEqual([command, Number(code), ended.out]);
    text += `${line}\n${ended.out}`;
  }
  return text;
}

async function call(block: string): Promise<void> {
  run += 1;
  const [head = '', ...body] = block.split('\n');
  const [method = '', path = ''] = head.split(' ');
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url + path, { method, headers, body: body.join('\n') });
  expect([path, answer.status, answer.ok]).toEqual([path, answer.status, true]);
}

/** The `run` of each step, with the variables of the job. */
async function job(block: string): Promise<void> {
  const { env: names, jobs } = parse(block) as {
    env: Record<string, string>;
    jobs: Record<string, { steps: { run?: string }[] }>;
  };
  expect(Object.keys(names)).toContain('CARILLON_URL');
  const more = { CARILLON_ENVIRONMENT: 'production', CARILLON_COMMIT: '8a91b03' };
  for (const step of Object.values(jobs).flatMap(({ steps }) => steps)) {
    if (step.run === undefined) continue;
    const ended = await shell(step.run, more);
    expect([step.run, ended.code, ended.out]).toEqual([step.run, 0, ended.out]);
  }
}

/** Times, and what is made of them, differ from day to day; shortly before an hour its run is planned. */
const steady = (text: string): string =>
  text
    .replaceAll(/^ {4}(?:planned ahead|unfinished): .*\n/gm, '')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T')
    .replaceAll(/\b[0-9a-f]{12}\b/g, 'D')
    .replaceAll(/ +$/gm, '');

test('docs/schedule-files.md', { timeout: 180_000 }, async () => {
  await start();
  let text = '';
  let end = 0;
  for (const part of page.matchAll(BLOCK)) {
    const [whole, language, name = '', block = ''] = part;
    text += page.slice(end, part.index);
    end = part.index + whole.length;
    let now = whole;
    if (language === 'console') now = `\`\`\`console\n${await commands(block)}\`\`\``;
    else if (language === 'http') await call(block);
    else if (language === 'yaml' && name === 'ci') await job(block);
    else if (language === 'yaml' && name !== '') {
      mkdirSync(dirname(scene.path(name)), { recursive: true });
      scene.write(name, block);
    } else throw new Error(`nobody runs a block of ${language}`);
    text += now;
  }
  text += page.slice(end);
  expect(run).toBeGreaterThan(LEAST);
  if (process.env['UPDATE_DOCS']) writeFileSync(FILE, text);
  else expect(steady(text)).toBe(steady(page));
});
