import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ScheduleWatch, watchSchedules } from '../../../src/files/watch.js';

let dir: string;
let watching: ScheduleWatch | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'carillon-watch-'));
});
afterEach(async () => {
  await watching?.close();
  rmSync(dir, { recursive: true });
});

test('a written, a changed and a deleted file are each noticed', async () => {
  let noticed = (): void => {};
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      noticed = resolve;
    });
  watching = watchSchedules(
    dir,
    async () => noticed(),
    (error) => expect.unreachable(String(error)),
  );
  await watching.ready;
  const file = join(dir, 'a.yaml');
  const steps = [() => writeFileSync(file, 'a'), () => writeFileSync(file, 'ab'), () => rmSync(file)];
  for (const step of steps) {
    const seen = next();
    step();
    await seen;
  }
});

test('a directory that appears later, or goes and comes back, is noticed with the files in it', async () => {
  const plans = join(dir, 'plans');
  const contents: string[][] = [];
  let noticed = (): void => {};
  watching = watchSchedules(
    plans,
    async () => {
      contents.push(existsSync(plans) ? readdirSync(plans).sort() : ['gone']);
      noticed();
    },
    (error) => expect.unreachable(String(error)),
  );
  await watching.ready;
  const until = async (step: () => void, last: string[]): Promise<void> => {
    step();
    while (contents.at(-1)?.join() !== last.join()) {
      await new Promise<void>((resolve) => {
        noticed = resolve;
      });
    }
  };
  await until(() => mkdirSync(plans), []);
  await until(() => writeFileSync(join(plans, 'a.yaml'), 'a'), ['a.yaml']);
  await until(() => rmSync(plans, { recursive: true }), ['gone']);
  await until(() => mkdirSync(plans), []);
  await until(() => writeFileSync(join(plans, 'b.yaml'), 'b'), ['b.yaml']);
});

test('what fails in the callback is told and ends nothing', async () => {
  const errors: unknown[] = [];
  let calls = 0;
  let done = (): void => {};
  const second = new Promise<void>((resolve) => {
    done = resolve;
  });
  watching = watchSchedules(
    dir,
    async () => {
      calls += 1;
      if (calls === 2) done();
      throw new Error('broken');
    },
    (error) => {
      errors.push(error);
      if (errors.length === 1) writeFileSync(join(dir, 'b.yaml'), 'b');
    },
  );
  await watching.ready;
  writeFileSync(join(dir, 'a.yaml'), 'a');
  await second;
  expect(errors[0]).toMatchObject({ message: 'broken' });
});
