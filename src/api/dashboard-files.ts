/** The built dashboard, read once: what is served comes from this list in memory, and no path reaches the disk. */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface BuiltFile {
  type: string;
  plain: Buffer;
  /** Compressed by the build, where that makes it smaller. */
  br?: Buffer;
  gzip?: Buffer;
}

export interface DashboardFiles {
  /** index.html, with `<base href="/">` in it. */
  index: string;
  /** By name; each name holds a hash of what is in it. */
  assets: ReadonlyMap<string, BuiltFile>;
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The same place seen from src/api and from dist/api. */
const BUILT = fileURLToPath(new URL('../../dist/web/', import.meta.url));

/** null where nothing is built. */
export function readDashboard(dir = BUILT): DashboardFiles | null {
  if (!existsSync(`${dir}/index.html`)) return null;
  const assets = new Map<string, BuiltFile>();
  const names = readdirSync(`${dir}/assets`);
  for (const name of names) {
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
    if (type === undefined) continue;
    const compressed = (ending: string): Buffer | undefined =>
      names.includes(name + ending) ? readFileSync(`${dir}/assets/${name}${ending}`) : undefined;
    const [br, gzip] = [compressed('.br'), compressed('.gz')];
    const plain = readFileSync(`${dir}/assets/${name}`);
    assets.set(name, { type, plain, ...(br ? { br } : {}), ...(gzip ? { gzip } : {}) });
  }
  return { index: readFileSync(`${dir}/index.html`, 'utf8'), assets };
}

/** index.html for a base path: its links and what it asks for are relative to that. */
export function indexFor({ index }: DashboardFiles, basePath: string): { text: string; etag: string } {
  const text = index.replace('<base href="/" />', `<base href="${basePath}/" />`);
  return { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` };
}

/** The smallest that the reader takes. */
export function bodyFor(
  file: BuiltFile,
  accepted: string | undefined,
): { body: Buffer; encoding?: 'br' | 'gzip' } {
  const takes = (name: string): boolean =>
    (accepted ?? '').split(',').some((one) => {
      const [coding = '', ...rest] = one
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      return coding === name && !rest.some((part) => /^q=0(\.0*)?$/.test(part));
    });
  if (file.br && takes('br')) return { body: file.br, encoding: 'br' };
  if (file.gzip && takes('gzip')) return { body: file.gzip, encoding: 'gzip' };
  return { body: file.plain };
}
