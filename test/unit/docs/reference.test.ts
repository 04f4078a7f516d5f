/** docs/reference.md is made of the tables in the code; `UPDATE_DOCS=1 npm test -- --project unit` writes it anew. */

import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { KINDS } from '../../../src/alerts/kinds.js';
import { ROUTES } from '../../../src/api/routes.js';
import { COMMANDS, LATER } from '../../../src/cli/commands.js';
import { createOutput } from '../../../src/cli/output.js';
import { ERRORS } from '../../../src/domain/input/errors.js';
import { type Readers, supported } from '../../../src/domain/input/readers.js';
import { TASK_FIELDS } from '../../../src/domain/task/fields.js';
import { SETTINGS } from '../../../src/node/settings.js';
import { EVENT_KINDS } from '../../../src/tasks/events.js';

const FILE = new URL('../../../docs/reference.md', import.meta.url);

const cell = (text: string): string => text.replaceAll('|', '\\|');

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const RUNNERS = ['dev', 'start', 'worker'];

const stream = { write: () => true };
const surroundings = { env: {}, directory: '.', output: createOutput(stream, stream), version: '0' };

/** Every command with its words, and what it does; flags of settings stand in their own table. */
async function commandRows(): Promise<string[][]> {
  const rows: string[][] = [];
  for (const { load } of Object.values(COMMANDS)) {
    const made = (await load())(surroundings);
    const parts: [string, Command][] = made.commands.map((part) => [`${made.name()} ${part.name()}`, part]);
    for (const [name, one] of parts.length === 0 ? [[made.name(), made] as const] : parts) {
      const words = one.registeredArguments.map((word) => {
        const shown = `${word.name()}${word.variadic ? '...' : ''}`;
        return word.required ? `<${shown}>` : `[${shown}]`;
      });
      const settings = new Set<string>(
        Object.values(SETTINGS).map((setting) => ('flag' in setting ? setting.flag : '')),
      );
      const flags = one.options
        .filter((option) => !(RUNNERS.includes(name) && settings.has(option.flags)) && !option.hidden)
        .map(({ flags }) => `\`${flags}\``);
      rows.push([`\`carillon ${[name, ...words].join(' ')}\``, one.description(), flags.join(' ')]);
    }
  }
  return rows;
}

/** The fields this release acts on, with what they are for. */
const fieldRows = (fields: Readers): string[][] =>
  supported(fields).map((name) => [`\`${name}\``, fields[name]?.word ?? '', fields[name]?.about ?? '']);

const later = Object.entries(LATER).flatMap(([group, names]) =>
  names.map((name) => `\`carillon ${[group, name].filter((word) => word !== '').join(' ')}\``),
);

async function reference(): Promise<string> {
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
  const alerts = Object.entries(KINDS).map(([kind, { severity, subject, means, advice }]) => [
    `\`${kind}\``,
    severity,
    subject,
    means,
    advice,
  ]);
  const events = Object.entries(EVENT_KINDS).map(([type, means]) => [`\`${type}\``, means]);
  const routes = ROUTES.map(({ method, path, summary, query = {} }) => [
    `\`${method.toUpperCase()} ${path}\``,
    supported(query)
      .map((name) => `\`${name}\``)
      .join(' '),
    summary,
  ]);
  return `# Reference

For whoever looks something up. Made of the tables in \`src/node/settings.ts\`, \`src/domain/input/errors.ts\`, \`src/api/routes.ts\`, \`src/domain/task/fields.ts\`, \`src/alerts/kinds.ts\`, \`src/tasks/events.ts\` and \`src/cli/commands.ts\`; a test keeps it true.

## Settings

A flag wins over the environment, that over the configuration file, that over the default.

${table(['environment', 'flag', 'file key', 'for', 'default', 'what'], settings)}

## Commands

${table(['command', 'what it does', 'flags besides settings'], await commandRows())}

Data goes to stdout, talk to stderr. On a terminal times are local, with zone and distance, and states have colours unless \`NO_COLOR\` is set; in pipes times are UTC.

Reserved for a later release (exit 2 until then): ${later.join(', ')}.

## HTTP

\`/openapi.json\` has the fields.

${table(['route', 'query', 'what it does'], routes)}

## Fields of a task

In \`POST /v1/tasks\`, in each item of a batch, in the options of \`client.enqueue\`, and as flags of \`carillon tasks enqueue\` (in kebab-case; \`--label\` once for each label).

${table(['field', 'kind', 'what it is for'], fieldRows(TASK_FIELDS))}

## Alerts

In \`GET /v1/alerts\`, \`carillon alerts\`, the log and messages; [alerts.md](alerts.md) says more of each.

${table(['kind', 'severity', 'about a', 'what is so', 'what to do'], alerts)}

## Events

Types of \`GET /v1/events\`, \`client.events()\` and \`carillon events\`; [events.md](events.md) says how to listen.

${table(['type', 'what has happened'], events)}

## Errors

Every error has one of these codes: in \`code\` of the HTTP answer, in \`CarillonError.code\`, and behind the exit status.

${table(['code', 'HTTP', 'exit', 'title', 'what to do'], errors)}
`;
}

it('docs/reference.md says what the tables say', async () => {
  const text = await reference();
  if (process.env['UPDATE_DOCS']) writeFileSync(FILE, text);
  expect(readFileSync(FILE, 'utf8')).toBe(text);
});
