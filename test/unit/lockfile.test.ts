/** The lockfiles name every package that `npm ci` checks for, also those of platforms this machine is not. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface LockedPackage {
  version?: string;
  engines?: { node?: string };
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

type Packages = Record<string, LockedPackage>;

/** Where Node would look for `name` from `from`: in its own node_modules, then in each folder above. */
function isLocked(packages: Packages, from: string, name: string): boolean {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true;
    if (at === '') return false;
  }
}

describe.each(['package-lock.json', 'bench/package-lock.json'])('%s', (file) => {
  const { packages } = JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')) as {
    packages: Packages;
  };

  it('is complete: a registry without some platforms must not leave them out', () => {
    const missing = Object.entries(packages).flatMap(([path, locked]) =>
      Object.keys({ ...locked.dependencies, ...locked.optionalDependencies })
        .filter((name) => !isLocked(packages, path, name))
        .map((name) => `${path || file} needs ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it('holds nothing that refuses Node 20.19', () => {
    const refusing = Object.entries(packages)
      .filter(([, { engines }]) => /^>=? ?(2[1-9]|[3-9]\d)/.test(engines?.node ?? ''))
      .map(([path, { engines }]) => `${path} wants Node ${engines?.node}`);
    expect(refusing).toEqual([]);
  });
});

it('nothing is put right by overrides, which those who install the package do not get', () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  expect(JSON.parse(text)).not.toHaveProperty('overrides');
});
