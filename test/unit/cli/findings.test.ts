/** How findings are written for GitHub and as SARIF: escaped, with places that the reader can open. */

import { describe, expect, test } from 'vitest';
import { findingsOf, githubLine } from '../../../src/cli/findings.js';
import { sarifOf } from '../../../src/cli/sarif.js';
import { WARNINGS } from '../../../src/domain/input/warnings.js';

const found = (pointer: string, detail = 'is odd', env = {}, directory = '/repo/app') =>
  findingsOf({ problems: [{ pointer, detail }], warnings: [] }, { env, directory })[0];

describe('a place', () => {
  test('is told from where one is, or from the top of the repository', () => {
    expect(found('schedules/a.yaml:3:5')).toMatchObject({ file: 'schedules/a.yaml', line: 3, column: 5 });
    expect(found('schedules/a.yaml:3:5', '', { GITHUB_WORKSPACE: '/repo' })?.file).toBe(
      'app/schedules/a.yaml',
    );
    expect(found('/repo/app/schedules/a.yaml:3:5')?.file).toBe('schedules/a.yaml');
  });

  test('that lies elsewhere, or is none, stays as it is', () => {
    expect(found('/etc/a.yaml:3:5')?.file).toBe('/etc/a.yaml');
    expect(found('../a.yaml:3:5')?.file).toBe('../a.yaml');
    expect(found('schedules')).toMatchObject({ file: 'schedules', line: 1, column: 1 });
    expect(found('C:1:a.yaml:3:5')).toMatchObject({ line: 3, column: 5 });
  });
});

test('a line for GitHub cannot be ended, and no property of it left, by what it tells', () => {
  const finding = found('a,b:c.yaml:3:5', '50% of\nlines::set-output\r');
  if (!finding) throw new Error('none');
  expect(githubLine(finding)).toBe(
    '::error file=a%2Cb%3Ac.yaml,line=3,col=5,title=invalid_schedule_file::50%25 of%0Alines::set-output%0D',
  );
});

describe('SARIF', () => {
  const artifact = (pointer: string) => {
    const finding = found(pointer);
    const log = sarifOf(finding ? [finding] : [], '1.2.3') as {
      runs: [{ results: { locations: [{ physicalLocation: { artifactLocation: object } }] }[] }];
    };
    return log.runs[0].results[0]?.locations[0].physicalLocation.artifactLocation;
  };

  test('names places as URIs', () => {
    expect(artifact('my schedules/ä#1.yaml:3:5')).toEqual({
      uri: 'my%20schedules/%C3%A4%231.yaml',
      uriBaseId: '%SRCROOT%',
    });
    expect(artifact('/etc/a b.yaml:3:5')).toEqual({ uri: 'file:///etc/a%20b.yaml' });
  });

  test('has a rule for every warning, with what to do', () => {
    const log = sarifOf([], '1.2.3') as {
      runs: [{ tool: { driver: { rules: { id: string; help: { text: string } }[] } }; results: unknown[] }];
    };
    const [{ tool, results }] = log.runs;
    expect(results).toEqual([]);
    expect(tool.driver.rules.map(({ id }) => id)).toEqual([
      'invalid_schedule_file',
      ...Object.keys(WARNINGS),
    ]);
    for (const { help } of tool.driver.rules) expect(help.text).not.toBe('');
  });
});
