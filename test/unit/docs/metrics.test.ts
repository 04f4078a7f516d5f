/** docs/metrics.md is made of the table of figures; `UPDATE_DOCS=1 npx vitest run --project unit test/unit/docs` writes it anew. */

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { METRICS, PREFIX, type Row } from '../../../src/telemetry/table.js';

const FILE = new URL('../../../docs/metrics.md', import.meta.url);

const SECTIONS: Record<Row['of'], string> = {
  process:
    '## Of every process\n\nOf each node, and of each worker with a port or a registry. What happened in it: add them up with `sum`.',
  worker: '## Of workers\n\nOf each worker with a port or a registry: add them up.',
  node: '## Of nodes\n\nOf each scheduler node: add them up.',
  cluster:
    '## Of the cluster\n\nRead from Redis, the same on every node: take one with `max`. Left out while Redis does not answer.',
};

function page(): string {
  const sections = (Object.keys(SECTIONS) as Row['of'][]).map((of) => {
    const rows = Object.entries(METRICS)
      .filter(([, row]) => row.of === of)
      .map(([name, { type, labels, help, ...row }]: [string, Row]) => {
        const words = labels.map((label) => `\`${label}\``).join(' ');
        const bounds = row.bounds ? ` Buckets: ${row.bounds.join(', ')}.` : '';
        return `| \`${PREFIX}${name}\` | ${type} | ${words} | ${help}${bounds} |`;
      });
    return `${SECTIONS[of]}\n\n| name | type | labels | what it says |\n| --- | --- | --- | --- |\n${rows.join('\n')}`;
  });
  return `# Metrics

For whoever draws a graph or writes an alert rule. Every figure that \`/metrics\` answers, made of \`src/telemetry/table.ts\`; a test keeps this page true. How to scrape them,
the dashboard and the alert rules: [telemetry](telemetry.md). Times are seconds. Behind the first 500 values of \`queue\`,
\`handler\` and \`schedule\` all others are \`_other\`.

${sections.join('\n\n')}
`;
}

it('docs/metrics.md says what the table says', () => {
  if (process.env['UPDATE_DOCS']) writeFileSync(FILE, page());
  expect(readFileSync(FILE, 'utf8')).toBe(page());
});
