/** Findings as SARIF 2.1.0, which code scanning services take; the rules are those of the table of warnings. */

import { isAbsolute } from 'node:path';
import { ERRORS } from '../domain/input/errors.js';
import { WARNINGS } from '../domain/input/warnings.js';
import type { Finding } from './findings.js';

/** Code scanning drops what exceeds its bounds; nobody reads so many. */
const MOST_RESULTS = 5_000;

interface Rule {
  id: string;
  shortDescription: { text: string };
  fullDescription: { text: string };
  help: { text: string };
  defaultConfiguration: { level: Finding['level'] };
}

const RULES: readonly Rule[] = [
  rule('invalid_schedule_file', 'error', {
    what: `${ERRORS.invalid_schedule_file.title}.`,
    why: 'It cannot be applied.',
    mend: ERRORS.invalid_schedule_file.fix,
  }),
  ...Object.entries(WARNINGS).map(([code, said]) => rule(code, 'warning', said)),
];

function rule(
  id: string,
  level: Finding['level'],
  { what, why, mend }: (typeof WARNINGS)[keyof typeof WARNINGS],
): Rule {
  return {
    id,
    shortDescription: { text: what },
    fullDescription: { text: `${what} ${why}` },
    help: { text: mend },
    defaultConfiguration: { level },
  };
}

export function sarifOf(findings: readonly Finding[], version: string): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'carillon', semanticVersion: version, rules: RULES } },
        columnKind: 'utf16CodeUnits',
        results: findings.slice(0, MOST_RESULTS).map(resultOf),
      },
    ],
  };
}

function resultOf({ level, code, file, line, column, detail }: Finding): object {
  const path = file.split('/').map(encodeURIComponent).join('/');
  // What does not lie below the top of the repository is named as a whole.
  const artifactLocation = isAbsolute(file)
    ? { uri: `file://${path}` }
    : { uri: path, uriBaseId: '%SRCROOT%' };
  return {
    ruleId: code,
    ruleIndex: RULES.findIndex(({ id }) => id === code),
    level,
    message: { text: detail },
    locations: [
      {
        physicalLocation: {
          artifactLocation,
          region: { startLine: line, startColumn: column },
        },
      },
    ],
  };
}
