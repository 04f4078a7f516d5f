/** Settings of where, to whom and how far a node shows itself: what they take, and what they refuse. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings, type SettingSources } from '../../../src/node/settings-read.js';

const read = (sources: Partial<SettingSources>) =>
  readSettings({ runner: 'start', flags: {}, env: {}, host: 'box', pid: 7, ...sources });
const given = (env: Record<string, string>, name: string): unknown => {
  const reading = read({ env });
  return reading.ok ? (reading.settings as unknown as Record<string, unknown>)[name] : reading.problems[0];
};
const refused = (variable: string) => ({ pointer: variable, detail: expect.stringMatching(/^must be /) });

describe('CARILLON_BASE_PATH', () => {
  it('is a path with a slash before it and none behind it', () => {
    for (const [text, path] of [
      ['/carillon', '/carillon'],
      ['carillon', '/carillon'],
      ['/ops/carillon/', '/ops/carillon'],
      ['/', ''],
    ] as const)
      expect([text, given({ CARILLON_BASE_PATH: text }, 'basePath')]).toEqual([text, path]);
    for (const text of [
      '//evil.example',
      '/a/../b',
      '/a b',
      '/"><script>',
      'https://a/b',
      '/v1',
      '/v1/x',
      '/livez',
      '/tasks',
    ])
      expect([text, given({ CARILLON_BASE_PATH: text }, 'basePath')]).toEqual([
        text,
        refused('CARILLON_BASE_PATH'),
      ]);
  });
});

describe('CARILLON_TRUST_PROXY', () => {
  it('is yes, no, a number of proxies, or addresses', () => {
    for (const [text, value] of [
      ['true', true],
      ['false', false],
      ['0', false],
      ['2', 2],
      ['127.0.0.1', ['127.0.0.1']],
      ['10.0.0.0/8, fd00::/8', ['10.0.0.0/8', 'fd00::/8']],
    ] as const)
      expect([text, given({ CARILLON_TRUST_PROXY: text }, 'trustProxy')]).toEqual([text, value]);
    for (const text of ['yes', '11', '-1', '1.5', 'proxy.example', '10.0.0.0/33', '10.0.0.1,'])
      expect([text, given({ CARILLON_TRUST_PROXY: text }, 'trustProxy')]).toEqual([
        text,
        refused('CARILLON_TRUST_PROXY'),
      ]);
  });
});

describe('CARILLON_ALLOWED_HOSTS', () => {
  it('is names without scheme and port', () => {
    expect(
      given({ CARILLON_ALLOWED_HOSTS: 'A.example, *.b.example,10.0.0.7,[::1],*' }, 'allowedHosts'),
    ).toEqual(['a.example', '*.b.example', '10.0.0.7', '[::1]', '*']);
    for (const text of [
      'https://a.example',
      'a.example:443',
      'a..example',
      '*example',
      'a.*.example',
      'a b',
      ',',
    ])
      expect([text, given({ CARILLON_ALLOWED_HOSTS: text }, 'allowedHosts')]).toEqual([
        text,
        refused('CARILLON_ALLOWED_HOSTS'),
      ]);
  });
});

describe('CARILLON_READ_ONLY and CARILLON_HIDE_PAYLOADS', () => {
  it('are yes or no; a word that is neither is refused rather than taken for no', () => {
    for (const [variable, name] of [
      ['CARILLON_READ_ONLY', 'readOnly'],
      ['CARILLON_HIDE_PAYLOADS', 'hidePayloads'],
    ] as const) {
      expect([given({ [variable]: 'true' }, name), given({ [variable]: '1' }, name)]).toEqual([true, true]);
      expect([given({ [variable]: 'false' }, name), given({ [variable]: '0' }, name)]).toEqual([
        false,
        false,
      ]);
      for (const text of ['yes', 'on', 'TRUE!', '2'])
        expect(given({ [variable]: text }, name)).toEqual(refused(variable));
    }
  });

  it('are flags that need no value, and words of the file', () => {
    const flags = read({ flags: { readOnly: true, hidePayloads: 'false' } });
    expect(flags).toMatchObject({ settings: { readOnly: true, hidePayloads: false } });
    const values = {
      readOnly: true,
      hidePayloads: true,
      trustProxy: 1,
      allowedHosts: ['a.example'],
      basePath: '/c',
    };
    const file = { path: 'f.yaml', values, at: (key: string) => `f.yaml:${key}` };
    expect(read({ file })).toMatchObject({ settings: values });
    expect(read({ file, env: { CARILLON_READ_ONLY: 'false' }, flags: {} })).toMatchObject({
      settings: { readOnly: false },
    });
  });
});

describe('the API key', () => {
  it('is what a header can carry, from a file too', () => {
    for (const key of ['with space', 'schlüssel', 'tab\there', 'x'.repeat(1_025)])
      expect(given({ CARILLON_API_KEY: key }, 'apiKey')).toMatchObject(refused('CARILLON_API_KEY'));
    const dir = mkdtempSync(join(tmpdir(), 'carillon-key-'));
    const path = join(dir, 'key');
    writeFileSync(path, 'two words\n');
    const reading = read({ env: { CARILLON_API_KEY_FILE: path } });
    expect(reading).toMatchObject({ ok: false, problems: [{ pointer: path }] });
    rmSync(dir, { recursive: true });
  });

  it('is told to be short where it can be guessed, and is not told itself', () => {
    const reading = read({ env: { CARILLON_API_KEY: 'hunter2' } });
    expect(reading).toMatchObject({ ok: true, warnings: [expect.stringContaining('can be guessed')] });
    expect(JSON.stringify(reading.warnings)).not.toContain('hunter2');
    expect(read({ env: { CARILLON_API_KEY: 'a'.repeat(48) } }).warnings).toEqual([]);
  });
});
