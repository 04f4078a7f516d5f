/** docs/alerts.md has a section for each kind of alert, with how grave it is and what to do. */

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { KINDS } from '../../../src/alerts/kinds.js';

const page = readFileSync(new URL('../../../docs/alerts.md', import.meta.url), 'utf8');

it.each(Object.entries(KINDS))('%s', (kind, { severity }) => {
  const [, section = ''] = page.split(`\n### \`${kind}\``);
  const [head = '', ...lines] = section.split('\n');
  expect(head.trim()).toBe(`(${severity})`);
  const body = lines.join('\n').split('\n## ')[0]?.split('\n### ')[0] ?? '';
  for (const part of ['Cause:', 'What to do:', '> ']) expect(body).toContain(part);
});
