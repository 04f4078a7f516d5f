/** docs/typescript.md is made of the docstrings; `UPDATE_DOCS=1 npm test -- --project integration typescript-page` writes it anew. */

import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { type ApiPage, apiPage } from '../support/api-page.js';

const FILE = new URL('../../docs/typescript.md', import.meta.url);

const OPENING = `# TypeScript

For whoever writes handlers or calls Carillon from code. Made of the docstrings of what \`carillon\` exports (\`src/index.ts\`); a test keeps it true. [examples/](../examples/) has
a script for each idea, [reference.md](reference.md) the fields of a task and every error code.

A \`Client\` makes tasks and looks at them, a \`Worker\` runs them, each straight on Redis; neither needs a scheduler node
for tasks. Durations are texts such as \`250ms\`, \`90s\`, \`1h30m\`, \`7d\`; times go in as RFC 3339 texts or Dates and come
out as RFC 3339 texts in UTC; numbers named \`…Ms\` are milliseconds. Whatever goes wrong on purpose is a
\`CarillonError\`; every call may throw one with the code \`unavailable\` while Redis cannot be reached, and \`usage\` once its
client is closed.

What the compiler refuses: a payload that does not fit its \`defineTask\`, \`delay\` beside \`runAt\`, an option that does not
exist, a literal that is no duration (\`'10 minutes'\`, \`'5x'\`). A text that is no literal may stand for any duration of a
task; whether it is one is told when it is used. The result of a defined task is typed where it is awaited:

\`\`\`ts
const welcome = defineTask({ name: 'email.welcome', input: mail, output: receipt }); // schemas of Zod, Valibot, ArkType …
const task = await client.enqueue(welcome, { to: 'a@b.c' });
const { result } = await client.wait(task.id); // as the output schema says, with Dates as texts
\`\`\`
`;

let page: ApiPage;
beforeAll(() => {
  page = apiPage(OPENING);
}, 120_000);

it('everything that is exported has a docstring, everything that is called an example', () => {
  expect(page.missing).toEqual([]);
});

it('docs/typescript.md says what the docstrings say', () => {
  if (process.env['UPDATE_DOCS']) writeFileSync(FILE, page.text);
  expect(readFileSync(FILE, 'utf8')).toBe(page.text);
});
