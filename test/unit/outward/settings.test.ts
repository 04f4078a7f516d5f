/** `alerts` and `heartbeat` of a configuration file: what is read, and what is refused without a word of what is secret. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { readConfigFile } from '../../../src/files/config.js';
import { readSettings } from '../../../src/node/settings-read.js';

const SECRET = `whsec_${Buffer.alloc(24, 'k').toString('base64')}`;
const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'carillon-outward-'));
  directories.push(made);
  return made;
}

async function reading(text: string, runner: 'start' | 'worker' = 'start') {
  const place = directory();
  writeFileSync(join(place, 'carillon.config.yaml'), text);
  const file = await readConfigFile({ directory: place, importModule: async () => ({}) });
  const env = { HOOK: 'https://hooks.example.com/s3cr3t', KEY: SECRET, BAD: 'whsec_s3cr3t!' };
  return readSettings({ runner, flags: {}, env, file, host: 'h', pid: 1 });
}

async function read(text: string) {
  const answer = await reading(text);
  if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
  return answer.settings.outward;
}

async function problems(text: string): Promise<string[]> {
  const answer = await reading(text);
  if (answer.ok) throw new Error('taken');
  const told = answer.problems.map(({ pointer, detail }) => `${pointer} ${detail}`);
  expect(told.join('\n')).not.toContain('s3cr3t');
  return told;
}

it('nobody is told anything where nothing is set', async () => {
  expect(await read('port: 1')).toEqual({ targets: [] });
  expect(await read('alerts: []')).toEqual({ targets: [] });
});

it('targets have names that say nothing of them, and secrets from variables or files', async () => {
  const secretFile = join(directory(), 'key');
  writeFileSync(secretFile, `${SECRET}\n`);
  const { targets, heartbeat } = await read(
    [
      'alerts:',
      `  - { url: "\${HOOK}", format: slack }`,
      `  - { url: "\${HOOK}", secret: "\${KEY}" }`,
      `  - { url: "https://b.example.com/", secretFile: ${secretFile} }`,
      'heartbeat: { url: "https://hc.example.com/x" }',
    ].join('\n'),
  );
  expect(targets.map(({ format, secret }) => [format, secret])).toEqual([
    ['slack', undefined],
    ['standard', SECRET],
    ['standard', SECRET],
  ]);
  const names = targets.map(({ name }) => name);
  expect(new Set(names).size).toBe(3);
  for (const name of names) expect(name).toMatch(/^[0-9A-Za-z]{10}$/);
  expect(heartbeat).toEqual({ url: new URL('https://hc.example.com/x'), every: 60_000 });
});

it('what is wrong is told with its place, all at once, and never quoted', async () => {
  const text = [
    'alerts:',
    '  - { url: "ftp://s3cr3t" }',
    '  - { format: slack }',
    `  - { url: "\${HOOK}", format: teams }`,
    `  - { url: "https://a.example.com", secret: "\${BAD}" }`,
    '  - { url: "https://b.example.com", secretFile: /nowhere/s }',
    `  - { url: "\${NOWHERE}" }`,
    '  - { url: "https://u:s3cr3t@c.example.com", sekret: x }',
    'heartbeat: { every: 10ms }',
  ].join('\n');
  const told = await problems(text);
  const says = (line: number, detail: RegExp) =>
    expect(told.filter((one) => one.startsWith(`carillon.config.yaml:${line}:`)).join('\n')).toMatch(detail);
  says(2, /alerts\.0\.url: must be an absolute URL/);
  says(3, /alerts\.1: needs a url/);
  says(4, /alerts\.2\.format: must be one of standard, slack/);
  says(5, /alerts\.3\.secret: must be whsec_/);
  says(6, /alerts\.4\.secretFile: cannot be read \(ENOENT\)/);
  says(7, /NOWHERE is not set/);
  says(8, /alerts\.6\.sekret: is not a known key \(did you mean "secret"\?\)/);
  says(9, /heartbeat\.every: must be at least 1s/);
  says(9, /heartbeat: needs a url/);
});

it.each([
  ['alerts: { url: "https://a.example.com" }', /must be a list/],
  ['alerts: [{ url: "https://a.example.com" }, { url: "https://a.example.com/" }]', /is there twice/],
  [
    `alerts: [{ url: "https://a.example.com", format: slack, secret: "\${KEY}" }]`,
    /slack knows no signature/,
  ],
  [`alerts: [{ url: "https://a.example.com", secret: "\${KEY}", secretFile: x }]`, /not both/],
  ['alert: []', /did you mean "alerts"/],
])('%s is refused', async (text, detail) => {
  expect((await problems(text)).join('\n')).toMatch(detail);
});

it('workers tell nobody, and need no variables for it', async () => {
  expect(await reading(`alerts: [{ url: "\${NOWHERE}" }]`, 'worker')).toMatchObject({ ok: true });
});
