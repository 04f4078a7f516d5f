/**
 * Files of every format as they are met: what becomes of each, and what is said of it, is written down beside it (`-u`
 * writes it anew). Whatever is in them, the file that is made of them is valid.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FORMATS, formatOf, importTexts } from '../../../../src/files/import/formats.js';
import { loadTexts } from '../../../../src/files/load.js';

const WILD = fileURLToPath(new URL('./wild/', import.meta.url));
const GOLDEN = fileURLToPath(new URL('./golden/', import.meta.url));
const NOW = Date.parse('2026-03-01T00:00:00Z');

/** Those that only mean something together. */
const TOGETHER: Readonly<Record<string, readonly string[]>> = { 'Tasks.java': ['application.properties'] };
const WITH_OTHERS = Object.values(TOGETHER).flat();

const cases = readdirSync(WILD).flatMap((format) =>
  readdirSync(`${WILD}${format}`)
    .filter((name) => !WITH_OTHERS.includes(name) && name !== 'push.yml')
    .map((name) => ({ format, name })),
);

const imported = (format: string, names: readonly string[], as = (text: string) => text) =>
  importTexts(
    formatOf(format),
    names.map((name) => ({ path: name, text: as(readFileSync(`${WILD}${format}/${name}`, 'utf8')) })),
    { now: NOW },
  );

it('there is one of every format', () => {
  expect([...new Set(cases.map(({ format }) => format))].sort()).toEqual(Object.keys(FORMATS).sort());
});

describe.each(cases)('$format/$name', ({ format, name }) => {
  const { file, report } = imported(format, [name, ...(TOGETHER[name] ?? [])]);

  it('becomes the file that is written down, with the remarks', async () => {
    const remarks = report.map(
      ({ id, kind, text }) => `${kind}: ${id === undefined ? '' : `${id}: `}${text}\n`,
    );
    await expect(file).toMatchFileSnapshot(`${GOLDEN}${format}/${name}.yaml`);
    await expect(remarks.join('')).toMatchFileSnapshot(`${GOLDEN}${format}/${name}.remarks.txt`);
  });

  it('is the same with the line ends of Windows and a byte order mark', () => {
    const ends = (text: string): string => `\uFEFF${text.replaceAll('\n', '\r\n')}`;
    expect(imported(format, [name, ...(TOGETHER[name] ?? [])], ends)).toEqual({ file, report });
  });

  it('becomes a valid file', () => {
    const { problems } = loadTexts([{ path: 'imported.yaml', text: file }], { env: {} });
    expect(problems).toEqual([]);
  });

  it('leaves nothing out without a word', () => {
    const { schedules, elsewhere } = loadTexts([{ path: 'imported.yaml', text: file }], { env: {} });
    const kept = schedules.length + elsewhere;
    const refused = report.filter(({ id, kind }) => kind === 'refused' && id !== undefined).length;
    expect(kept).toBe((file.match(/^ {2}"?[a-z0-9].*?:/gm) ?? []).length);
    expect(kept + refused).toBeGreaterThan(0);
  });
});
