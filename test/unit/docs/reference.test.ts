/** docs/reference.md is made of the tables in the code; `UPDATE_DOCS=1 npm test -- --project unit` writes it anew. */

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ERRORS } from '../../../src/domain/input/errors.js';
import { SETTINGS } from '../../../src/node/settings.js';

const FILE = new URL('../../../docs/reference.md', import.meta.url);

const cell = (text: string): string => text.replaceAll('|', '\\|');

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function reference(): string {
  const settings = Object.entries(SETTINGS).map(([key, setting]) => [
    `\`${setting.env}\``,
    'flag' in setting && setting.flag ? `\`${setting.flag}\`` : '',
    setting.file ? `\`${key}\`` : '',
    setting.for.join(' '),
    setting.default,
    setting.help,
  ]);
  const errors = Object.entries(ERRORS).map(([code, { status, exit, title, fix }]) => [
    `\`${code}\``,
    String(status),
    String(exit),
    title,
    fix,
  ]);
  return `# Reference

Made of the tables in \`src/node/settings.ts\` and \`src/domain/errors.ts\`; a test keeps it true.

## Settings

A flag wins over the environment, that over the configuration file, that over the default.

${table(['environment', 'flag', 'file key', 'for', 'default', 'what'], settings)}

## Errors

Every error has one of these codes: in \`code\` of the HTTP answer, in \`CarillonError.code\`, and behind the exit status.

${table(['code', 'HTTP', 'exit', 'title', 'what to do'], errors)}
`;
}

it('docs/reference.md says what the tables say', () => {
  if (process.env['UPDATE_DOCS']) writeFileSync(FILE, reference());
  expect(readFileSync(FILE, 'utf8')).toBe(reference());
});
