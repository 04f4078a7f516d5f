/** The dashboard's files come from a list in memory: compressed, kept by browsers, below any base path. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { readDashboard } from '../../../src/api/dashboard-files.js';
import { DASHBOARD_PATHS } from '../../../src/api/dashboard-paths.js';
import type { ApiOptions } from '../../../src/api/server.js';
import { api, get, replace } from './stage.js';

const SCRIPT = 'console.log("a script that repeats itself, itself, itself, itself, itself");';
const INDEX = '<!doctype html>\n<base href="/" />\n<title>Carillon</title>\n';
const dirs: string[] = [];

afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});

/** What a build leaves behind. */
function built(): string {
  const dir = mkdtempSync(join(tmpdir(), 'carillon-web-'));
  dirs.push(dir);
  mkdirSync(join(dir, 'assets'));
  writeFileSync(join(dir, 'index.html'), INDEX);
  writeFileSync(join(dir, 'assets', 'main-1a.js'), SCRIPT);
  writeFileSync(join(dir, 'assets', 'main-1a.js.br'), brotliCompressSync(SCRIPT));
  writeFileSync(join(dir, 'assets', 'main-1a.js.gz'), gzipSync(SCRIPT));
  writeFileSync(join(dir, 'assets', 'bell-2b.svg'), '<svg/>');
  return dir;
}

const serve = (options: Partial<ApiOptions> = {}): void =>
  replace({ dashboard: { files: readDashboard(built()) }, ...options });

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

it('answers index.html at every address of the dashboard, under a policy that runs only its own files', async () => {
  serve();
  for (const path of DASHBOARD_PATHS) {
    const reply = await get(path.replace(/:\w+/, 'some%2Fname'), HTML);
    expect([path, reply.statusCode, reply.body]).toEqual([path, 200, INDEX]);
    expect(reply.headers['content-type']).toBe('text/html; charset=utf-8');
    const policy = String(reply.headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';.* base-uri 'self';/);
    expect(policy).not.toMatch(/unsafe|\*|data:|https?:/);
  }
});

it('lets browsers ask whether index.html has changed, and answers nothing when it has not', async () => {
  serve();
  const first = await get('/');
  expect(first.headers['cache-control']).toBe('no-cache');
  const again = await get('/tasks', { 'if-none-match': String(first.headers.etag) });
  expect([again.statusCode, again.body]).toEqual([304, '']);
  expect((await get('/', { 'if-none-match': '"another"' })).statusCode).toBe(200);
});

it('answers built files compressed as the reader takes them, to be kept for ever', async () => {
  serve();
  const ask = async (accepted?: string) =>
    get('/assets/main-1a.js', accepted === undefined ? {} : { 'accept-encoding': accepted });
  const br = await ask('gzip, deflate, br');
  expect(br.headers).toMatchObject({
    'content-encoding': 'br',
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  });
  expect(String(brotliDecompressSync(br.rawPayload))).toBe(SCRIPT);
  const gzip = await ask('gzip;q=0.5, br;q=0');
  expect(gzip.headers['content-encoding']).toBe('gzip');
  expect(String(gunzipSync(gzip.rawPayload))).toBe(SCRIPT);
  const plain = await ask();
  expect([plain.headers['content-encoding'], plain.body]).toEqual([undefined, SCRIPT]);
  expect((await get('/assets/bell-2b.svg')).headers['content-type']).toBe('image/svg+xml');
});

it('has nothing but the files of its list: no path reaches the disk', async () => {
  serve();
  for (const path of [
    '/assets/main-1a.js.br',
    '/assets/..%2findex.html',
    '/assets/%2e%2e/index.html',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/assets/',
    '/assets/toString',
    '/index.html',
  ]) {
    const reply = await get(path, HTML);
    expect([path, reply.statusCode]).toEqual([path, 404]);
    expect(reply.body).not.toContain('script that repeats');
    expect(reply.body === INDEX || reply.json().code === 'not_found').toBe(true);
  }
});

it('shows the page to a person at an address nobody has, and a problem to programs', async () => {
  serve();
  const page = await get('/no/such/place?x=1', HTML);
  expect([page.statusCode, page.body]).toEqual([404, INDEX]);
  const problem = await get('/no/such/place', { accept: 'application/json' });
  expect([problem.statusCode, problem.json().code]).toEqual([404, 'not_found']);
  for (const path of ['/v1/nothing', '/v1', '/v1?x']) {
    const reply = await get(path, HTML);
    expect([path, reply.statusCode, reply.json().code]).toEqual([path, 404, 'not_found']);
  }
  const written = await api.app.inject({ method: 'POST', url: '/no/such/place', headers: HTML });
  expect(written.json().code).toBe('not_found');
});

it('writes the base path into the page, and answers below it and without it', async () => {
  serve({ basePath: '/ops/carillon' });
  for (const path of ['/ops/carillon', '/ops/carillon/', '/ops/carillon/tasks?state=dead', '/tasks']) {
    const reply = await get(path, HTML);
    expect([path, reply.statusCode]).toEqual([path, 200]);
    expect(reply.body).toContain('<base href="/ops/carillon/" />');
  }
  expect((await get('/ops/carillon/assets/main-1a.js')).statusCode).toBe(200);
  expect((await get('/ops/carillon/v1/queues')).statusCode).toBe(200);
  expect((await get('/ops/carillonx/v1/queues')).statusCode).toBe(404);
});

it('believes a prefix only from a proxy that is trusted, and only one that is a path', async () => {
  const baseFor = async (prefix: string): Promise<string | undefined> =>
    /<base href="(.*)" \/>/.exec((await get('/', { 'x-forwarded-prefix': prefix })).body)?.[1];
  serve();
  expect(await baseFor('/elsewhere')).toBe('/');
  serve({ trustProxy: true });
  expect(await baseFor('/elsewhere')).toBe('/elsewhere/');
  for (const prefix of ['//evil.example', '/"><script>', 'http://evil.example', '/a b', '/']) {
    expect([prefix, await baseFor(prefix)]).toEqual([prefix, '/']);
  }
});

it('is shown without the key, because it holds no data', async () => {
  serve({ apiKey: 'secret' });
  for (const path of ['/', '/tasks', '/login', '/assets/main-1a.js', '/no/such/place'])
    expect([path, (await get(path, HTML)).statusCode]).toEqual([path, path === '/no/such/place' ? 404 : 200]);
  expect((await get('/v1/tasks', HTML)).statusCode).toBe(401);
});

it('says what to do where nothing is built', async () => {
  replace({ dashboard: { files: null } });
  const reply = await get('/', HTML);
  expect([reply.statusCode, reply.body]).toEqual([503, expect.stringContaining('npm run build')]);
  expect(readDashboard(join(tmpdir(), 'nothing-here'))).toBeNull();
});
