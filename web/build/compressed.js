/** Compresses what was built once, for every reader, and fails the build when it outgrows its budget. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const COMPRESSIBLE = /\.(js|css|svg)$/;
/** What a browser asks for before it shows the first view. */
const FIRST_VIEW = /\/pages\/overview\//;

const brotli = (body) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });

export function compressed({ firstLoad, everything }) {
  let chunks = {};
  return {
    name: 'carillon-compressed',
    apply: 'build',
    writeBundle(_, bundle) {
      chunks = bundle;
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        if (Object.keys(chunks).length === 0) return;
        const out = this.environment.config.build.outDir;
        const sizes = compressAll(join(out, 'assets'));
        const sum = (names) => [...names].reduce((total, name) => total + (sizes.get(name) ?? 0), 0);
        const first = sum(firstFiles(Object.values(chunks)));
        const all = sum(sizes.keys());
        this.info(
          `first load ${kB(first)} of ${kB(firstLoad)}, everything ${kB(all)} of ${kB(everything)} (brotli)`,
        );
        if (first > firstLoad) this.error(`the first load is ${kB(first)}, more than ${kB(firstLoad)}`);
        if (all > everything) this.error(`the dashboard is ${kB(all)}, more than ${kB(everything)}`);
      },
    },
  };
}

const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

/** Sizes by name of what goes over the wire. */
function compressAll(dir) {
  const sizes = new Map();
  for (const name of readdirSync(dir)) {
    if (!COMPRESSIBLE.test(name)) continue;
    const plain = readFileSync(join(dir, name));
    const [br, gz] = [brotli(plain), gzipSync(plain, { level: 9 })];
    if (br.length < plain.length) writeFileSync(join(dir, `${name}.br`), br);
    if (gz.length < plain.length) writeFileSync(join(dir, `${name}.gz`), gz);
    sizes.set(name, Math.min(br.length, plain.length));
  }
  return sizes;
}

/** The entry, the sheet, the icon, the first view, and everything these import. */
function firstFiles(files) {
  const byName = new Map(files.map((file) => [file.fileName, file]));
  const seen = new Set();
  const visit = (name) => {
    const file = byName.get(name);
    if (!file || seen.has(name)) return;
    seen.add(name);
    for (const other of file.imports ?? []) visit(other);
  };
  for (const file of files) {
    const isFirst = file.type === 'asset' || file.isEntry || FIRST_VIEW.test(file.facadeModuleId ?? '');
    if (isFirst) visit(file.fileName);
  }
  return new Set([...seen].map((name) => name.replace(/^assets\//, '')));
}
