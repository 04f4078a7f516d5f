/** docs/coming-from/kubernetes.md: the script that starts a pod for a run, with a kubectl that plays the API server. */

import { chmodSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { configured } from '../support/config-file.js';
import { eventually } from '../support/eventually.js';
import { onScene } from '../support/scene.js';

const PAGE = readFileSync(new URL('../../docs/coming-from/kubernetes.md', import.meta.url), 'utf8');
const file = (name: string): string =>
  new RegExp(`<!-- file ${name} -->\\n\\n\`\`\`\\w+\\n(.*?)^\`\`\`$`, 'ms').exec(PAGE)?.[1] ?? '';

/** Writes down what it is asked, and answers that the job has come to what `state` says: complete, failed, or neither. */
const KUBECTL = `#!/bin/sh
echo "$*" >> "$PWD/asked"
case "$1 $3" in
  "wait --for=condition=$(cat "$PWD/state")") exit 0 ;;
  wait*) sleep 0.05; exit 1 ;;
  logs*) echo "adding up" ;;
esac
`;

const on = onScene();

function started(state: string) {
  on.write('kubectl', KUBECTL);
  on.write('state', state);
  on.write('run-cronjob', file('run-cronjob'));
  for (const name of ['kubectl', 'run-cronjob']) chmodSync(on.path(name), 0o755);
  const env = [
    `PATH=${on.path()}:${process.env['PATH']}`,
    'CARILLON_TASK_ID=ledger-close@1803974400000',
    'CARILLON_ATTEMPT=2',
  ];
  return on.start('/usr/bin/env', [...env, './run-cronjob', 'ledger-close']);
}

it('a job that completes completes the task, and what it said is its output', async () => {
  const script = started('complete');
  expect((await script.ended).code, script.output).toBe(0);
  expect(script.stdout).toContain('adding up');
  const [create = ''] = on.lines('asked');
  // A name of its own for every attempt, which Kubernetes takes.
  expect(create).toMatch(/^create job ledger-close-\d+-2 --from=cronjob\/ledger-close$/);
});

it('one that fails fails it', async () => {
  const script = started('failed');
  expect((await script.ended).code).toBe(1);
  expect(script.stdout).toContain('adding up');
});

it('one that is to stop takes its pod along', async () => {
  const script = started('running');
  await eventually(() => on.lines('asked').length > 3);
  expect((await script.stop()).code).toBe(143);
  expect(on.lines('asked').at(-1)).toMatch(/^delete job ledger-close-\d+-2 --wait=false$/);
});

it('the worker that it tells to make allows just that', async () => {
  const reading = await configured(file('carillon.config.yaml'), 'worker');
  expect(reading).toMatchObject({
    ok: true,
    settings: { commandAllow: [{ command: '/usr/local/bin/run-cronjob' }] },
  });
});
