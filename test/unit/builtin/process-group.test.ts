/** Whether a process group still runs: by those that run, not by what is left of those that have ended. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { isGroupThere, tellGroup } from '../../../src/builtin/process-group.js';
import { eventually } from '../../support/eventually.js';

const groups: number[] = [];
afterEach(() => {
  for (const group of groups.splice(0)) tellGroup(group, 'SIGKILL');
});

function group(script: string) {
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  groups.push(child.pid ?? 0);
  return child;
}

it('runs as long as one of it does, also when its first has ended', async () => {
  const child = group('sleep 1000 & echo begun');
  await once(child, 'exit');
  expect(isGroupThere(child.pid ?? 0)).toBe(true);
  tellGroup(child.pid ?? 0, 'SIGTERM');
  await eventually(() => !isGroupThere(child.pid ?? 0));
});

it('does not run where only one is left that nobody has taken note of', async () => {
  // A group of its own, whose parent has become a program that never asks how it ended.
  const child = group('exec 3<&0; setsid head -c 1 <&3 >/dev/null & echo $!; exec sleep 1000');
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  const ended = Number(String(text));
  await eventually(() => readFileSync(`/proc/${child.pid}/comm`, 'utf8').startsWith('sleep'));
  await eventually(() => isGroupThere(ended));
  child.stdin.write('x');
  await eventually(() => !isGroupThere(ended));
  expect(() => process.kill(-ended, 0)).not.toThrow();
});

it('of no number is none', () => {
  expect(isGroupThere(2 ** 22 + 1)).toBe(false);
});
