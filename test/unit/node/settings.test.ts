/** Settings: where a value comes from, what is refused, and that every problem is told at once. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfigFile } from '../../../src/files/config.js';
import { readSettings, type SettingSources } from '../../../src/node/settings-read.js';

const read = (sources: Partial<SettingSources> = {}) =>
  readSettings({ runner: 'start', flags: {}, env: {}, host: 'box', pid: 7, ...sources });

const file = (values: Record<string, unknown>) => ({
  path: 'f.yaml',
  values,
  at: (key: string) => `f.yaml:${key}`,
});

function settingsOf(sources: Partial<SettingSources>) {
  const reading = read(sources);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.settings;
}

function problemsOf(sources: Partial<SettingSources>) {
  const reading = read(sources);
  return reading.ok ? [] : reading.problems;
}

describe('the settings', () => {
  it('have the defaults of the contract', () => {
    expect(settingsOf({})).toMatchObject({
      namespace: 'carillon',
      host: '127.0.0.1',
      port: 4780,
      schedules: 'schedules',
      leaderTtl: 2_000,
      lease: 10_000,
      horizon: 10_000,
      catchUpRate: 6_000,
      logLevel: 'info',
      name: 'box-7',
    });
  });

  it('take a flag before a variable, a variable before the file', () => {
    const [flags, env, config] = [{ port: '1' }, { CARILLON_PORT: '2' }, file({ port: 3 })];
    expect(settingsOf({ flags, env, file: config }).port).toBe(1);
    expect(settingsOf({ env, file: config }).port).toBe(2);
    expect(settingsOf({ file: config }).port).toBe(3);
  });

  it('take REDIS_URL when CARILLON_REDIS_URL is not set', () => {
    const env = { REDIS_URL: 'redis://a:1' };
    expect(settingsOf({ env }).redis).toBe('redis://a:1');
    expect(settingsOf({ env: { ...env, CARILLON_REDIS_URL: 'redis://b:1' } }).redis).toBe('redis://b:1');
  });

  it('derive the horizon from the leader TTL, and refuse one that a take-over outlasts', () => {
    expect(settingsOf({ env: { CARILLON_LEADER_TTL: '4s' } }).horizon).toBe(20_000);
    expect(problemsOf({ env: { CARILLON_LEADER_TTL: '4s', CARILLON_HORIZON: '7s' } })).toHaveLength(1);
  });

  it('tell every problem at once, each with its place', () => {
    const problems = problemsOf({
      flags: { port: '70000' },
      env: { CARILLON_LEASE: '10', CARILLON_LOCK_URLS: 'redis://a:1,redis://b:1' },
      file: file({ naem: 'x', namespace: 'Not Allowed' }),
    });
    expect(problems.map(({ pointer }) => pointer).sort()).toEqual([
      '--port',
      'CARILLON_LEASE',
      'CARILLON_LOCK_URLS',
      'f.yaml:naem',
      'f.yaml:namespace',
    ]);
    expect(problems.find(({ pointer }) => pointer === 'f.yaml:naem')?.detail).toContain(
      'did you mean "name"?',
    );
  });

  it('never repeat a Redis URL, which may hold a password', () => {
    const [problem] = problemsOf({ env: { CARILLON_REDIS_URL: 'http://user:secret@host' } });
    expect(problem?.detail).not.toContain('secret');
  });

  it('warn of an unknown variable and ignore what Kubernetes injects', () => {
    const reading = read({
      env: {
        CARILLON_PROT: '1',
        CARILLON_PORT: 'tcp://10.0.0.1:4780',
        CARILLON_SERVICE_HOST: '10.0.0.1',
        CARILLON_SERVICE_PORT_HTTP: '4780',
        CARILLON_PORT_4780_TCP_ADDR: '10.0.0.1',
        CARILLON_URL: 'http://x',
      },
    });
    expect(reading.warnings).toEqual([
      'CARILLON_PROT is no setting and is ignored (did you mean "CARILLON_PORT"?)',
    ]);
    expect(reading.ok && reading.settings.port).toBe(4780);
  });

  it('propose no variable that only shares the prefix', () => {
    expect(read({ env: { CARILLON_FOO: '1', CARILLON_MODE: 'x' } }).warnings).toEqual([
      'CARILLON_FOO is no setting and is ignored',
      expect.not.stringContaining('CARILLON_HOST'),
    ]);
  });

  it('serve every queue in dev, and only the default one in a worker', () => {
    expect(settingsOf({ runner: 'dev' }).queues).toEqual(['*']);
    expect(settingsOf({ runner: 'worker' }).queues).toEqual(['default']);
  });

  it.each(['dev', 'worker'] as const)('serve the queues that %s was given, and no others', (runner) => {
    expect(settingsOf({ runner, flags: { queues: 'mail,bulk' } }).queues).toEqual(['mail', 'bulk']);
    expect(settingsOf({ runner, env: { CARILLON_QUEUES: 'mail' } }).queues).toEqual(['mail']);
  });

  it('read what built-in handlers may do, as one text or as a list, each problem with its place', () => {
    const flags = { httpAllow: 'api.example.com:443, [::1]:80', commandAllow: '/bin/true,/bin/false' };
    const { httpAllow, commandAllow } = settingsOf({ runner: 'worker', flags });
    expect(httpAllow).toMatchObject([{ name: 'api.example.com', port: 443 }, { port: 80 }]);
    expect(commandAllow.map(({ command }) => command)).toEqual(['/bin/true', '/bin/false']);
    const listed = file({
      httpAllow: ['a.b:1'],
      commandAllow: [{ command: '/bin/true', args: [] }, '/bin/false'],
    });
    expect(settingsOf({ runner: 'dev', file: listed })).toMatchObject({
      httpAllow: [{ name: 'a.b' }],
      commandAllow: [{ args: [] }, { command: '/bin/false' }],
    });
    const env = { CARILLON_HTTP_ALLOW: 'a.b', CARILLON_COMMAND_ALLOW: '/bin/true,true' };
    expect(problemsOf({ runner: 'worker', env })).toEqual([
      { pointer: 'CARILLON_HTTP_ALLOW', detail: expect.stringMatching(/^1: must be host:port/) },
      { pointer: 'CARILLON_COMMAND_ALLOW', detail: expect.stringMatching(/^2: must be an absolute path/) },
    ]);
  });

  it('read secrets of signatures by their names, and quote none', () => {
    const env = { CARILLON_HTTP_SECRET_MY_SHOP: 'whsec_c2VjcmV0', CARILLON_HTTP_SECRET_EMPTY: '' };
    const reading = read({ runner: 'worker', env });
    expect(reading.warnings).toEqual([]);
    expect(reading.ok && reading.settings.httpSecrets).toEqual({ 'my-shop': 'whsec_c2VjcmV0' });
    const [problem] = problemsOf({ runner: 'worker', env: { CARILLON_HTTP_SECRET_A: 'hunter2' } });
    expect(problem).toEqual({
      pointer: 'CARILLON_HTTP_SECRET_A',
      detail: expect.not.stringContaining('hunter2'),
    });
    expect(settingsOf({ runner: 'start', env: { CARILLON_HTTP_SECRET_A: 'hunter2' } }).httpSecrets).toEqual(
      {},
    );
  });

  it('leave a worker alone with what only a node reads', () => {
    expect(read({ runner: 'worker', env: { CARILLON_PORT: 'x', CARILLON_API_KEY_FILE: '/none' } }).ok).toBe(
      true,
    );
  });
});

describe('files that settings name', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'carillon-settings-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const write = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  const importModule = async (): Promise<unknown> => ({ port: 5 });

  it('hold the API key, without the line end', () => {
    const path = write('key', 'secret\n');
    expect(settingsOf({ env: { CARILLON_API_KEY_FILE: path } }).apiKey).toBe('secret');
    expect(problemsOf({ env: { CARILLON_API_KEY_FILE: path, CARILLON_API_KEY: 'x' } })).toHaveLength(1);
    expect(problemsOf({ env: { CARILLON_API_KEY_FILE: join(directory, 'none') } })).toHaveLength(1);
  });

  it('are read as YAML or as a module, with positions', async () => {
    expect(await readConfigFile({ directory, importModule })).toBeNull();
    write('carillon.config.yaml', '# a comment\nport: 4999\n  \nnaem: x\n');
    const read = await readConfigFile({ directory, importModule });
    expect(read?.values).toEqual({ port: 4999, naem: 'x' });
    expect(read?.at('naem')).toBe('carillon.config.yaml:4:1');
    await expect(readConfigFile({ directory, path: 'x.ts', importModule })).resolves.toMatchObject({
      values: { port: 5 },
    });
  });

  it('are refused when there are two, or when one is no YAML, with the place', async () => {
    write('carillon.config.yaml', 'port: [1\n');
    await expect(readConfigFile({ directory, importModule })).rejects.toMatchObject({
      code: 'configuration',
      errors: [{ pointer: expect.stringMatching(/^carillon\.config\.yaml:\d+:\d+$/) }],
    });
    write('carillon.config.json', '{}');
    await expect(readConfigFile({ directory, importModule })).rejects.toMatchObject({
      code: 'configuration',
    });
  });
});
