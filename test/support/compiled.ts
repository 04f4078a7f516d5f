/** What the compiler says of sources that use the package, as it is checked for those who install it. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Its output, empty where nothing is wrong; `carillon` is `src/index.ts`. */
export function compiled(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'carillon-types-'));
  const compilerOptions = {
    ...{ module: 'nodenext', target: 'es2023', strict: true, exactOptionalPropertyTypes: true, noEmit: true },
    ...{ types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')], skipLibCheck: true },
    paths: {
      carillon: [join(ROOT, 'src/index.ts')],
      'prom-client': [join(ROOT, 'node_modules/prom-client/index.d.ts')],
    },
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*'] }));
  try {
    return execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', directory, '--pretty', 'false'], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
