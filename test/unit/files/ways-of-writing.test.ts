/** Each way in which files come to be: what is read when the watch says so is whole, and the last word is seen. */

import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ScheduleWatch, watchSchedules } from '../../../src/files/watch.js';

let home: string;
let dir: string;
let watching: ScheduleWatch | undefined;
/** What the files said at each call. */
let read: Record<string, string>[];
let noticed = (): void => {};

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'carillon-ways-'));
  dir = join(home, 'schedules');
  read = [];
});
afterEach(async () => {
  await watching?.close();
  rmSync(home, { recursive: true });
});

async function watched(path = dir): Promise<void> {
  const look = async (): Promise<void> => {
    const names = readdirSync(path).filter((name) => /\.ya?ml$/.test(name));
    read.push(Object.fromEntries(names.map((name) => [name, readFileSync(join(path, name), 'utf8')])));
    noticed();
  };
  watching = watchSchedules(path, look, (error) => expect.unreachable(String(error)));
  await watching.ready;
}

async function until(wanted: Record<string, string>): Promise<void> {
  while (JSON.stringify(read.at(-1)) !== JSON.stringify(wanted)) {
    await new Promise<void>((done) => {
      noticed = done;
    });
  }
}

it('a file that is renamed over the old one, as editors and tools do', async () => {
  mkdirSync(dir);
  writeFileSync(join(dir, 'a.yaml'), 'one');
  await watched();
  writeFileSync(join(dir, '.a.yaml.tmp'), 'two');
  renameSync(join(dir, '.a.yaml.tmp'), join(dir, 'a.yaml'));
  await until({ 'a.yaml': 'two' });
  writeFileSync(join(home, 'elsewhere'), 'three');
  renameSync(join(home, 'elsewhere'), join(dir, 'a.yaml'));
  await until({ 'a.yaml': 'three' });
});

it('a file that is written piece by piece is seen when it is whole, and nothing in between', async () => {
  mkdirSync(dir);
  await watched();
  const piece = 'x'.repeat(1_000);
  let [last, pause] = [performance.now(), 0];
  for (let n = 0; n < 40; n += 1) {
    appendFileSync(join(dir, 'a.yaml'), piece);
    pause = Math.max(pause, performance.now() - last);
    last = performance.now();
    await new Promise((done) => setTimeout(done, 10));
  }
  await until({ 'a.yaml': piece.repeat(40) });
  // Where the machine itself paused the writer for longer than files have to rest, it may have been seen then.
  if (pause < 75) expect(read).toHaveLength(1);
});

it('swap files, backups and a file that is saved as it was are no change', async () => {
  mkdirSync(dir);
  writeFileSync(join(dir, 'a.yaml'), 'one');
  await watched();
  writeFileSync(join(dir, '.a.yaml.swp'), 'swap');
  writeFileSync(join(dir, '4913'), '');
  rmSync(join(dir, '4913'));
  writeFileSync(join(dir, 'a.yaml~'), 'one');
  writeFileSync(join(dir, '#a.yaml#'), 'one');
  writeFileSync(join(dir, 'a.yaml'), 'two');
  await until({ 'a.yaml': 'two' });
  expect(read).toHaveLength(1);
});

it('a text of the same length with the same time', async () => {
  mkdirSync(dir);
  const file = join(dir, 'a.yaml');
  writeFileSync(file, 'one');
  const { atime, mtime } = statSync(file);
  await watched();
  writeFileSync(file, 'two');
  utimesSync(file, atime, mtime);
  await until({ 'a.yaml': 'two' });
});

it('links swapped as Kubernetes does for a ConfigMap, again and again', async () => {
  const release = (name: string, texts: Record<string, string>): void => {
    mkdirSync(join(dir, name), { recursive: true });
    for (const [file, text] of Object.entries(texts)) writeFileSync(join(dir, name, file), text);
    symlinkSync(name, join(dir, '..data_tmp'));
    renameSync(join(dir, '..data_tmp'), join(dir, '..data'));
  };
  release('..2026_01', { 'a.yaml': 'one', 'b.yaml': 'one' });
  for (const file of ['a.yaml', 'b.yaml']) symlinkSync(join('..data', file), join(dir, file));
  await watched();
  for (const [n, word] of ['two', 'three', 'four'].entries()) {
    release(`..2026_0${n + 2}`, { 'a.yaml': word, 'b.yaml': word });
    rmSync(join(dir, `..2026_0${n + 1}`), { recursive: true });
    await until({ 'a.yaml': word, 'b.yaml': word });
  }
  // Never the one file of one release with the other of another.
  expect(read.filter((texts) => new Set(Object.values(texts)).size !== 1)).toEqual([]);
});

it('a directory that is a link to a release, swapped', async () => {
  for (const name of ['1', '2']) {
    mkdirSync(join(home, name));
    writeFileSync(join(home, name, 'a.yaml'), `release ${name}`);
  }
  const current = join(home, 'current');
  symlinkSync('1', current);
  await watched(current);
  symlinkSync('2', join(home, 'next'));
  renameSync(join(home, 'next'), current);
  await until({ 'a.yaml': 'release 2' });
});

it('a link somewhere above, of which nothing tells', async () => {
  for (const name of ['1', '2']) {
    mkdirSync(join(home, 'releases', name, 'app', 'schedules'), { recursive: true });
    writeFileSync(join(home, 'releases', name, 'app', 'schedules', 'a.yaml'), `release ${name}`);
  }
  symlinkSync(join('releases', '1'), join(home, 'current'));
  await watched(join(home, 'current', 'app', 'schedules'));
  symlinkSync(join('releases', '2'), join(home, 'next'));
  renameSync(join(home, 'next'), join(home, 'current'));
  await until({ 'a.yaml': 'release 2' });
});

it('a checkout of git: all files of the other branch, and at no time a part of them', async () => {
  const git = (...words: string[]): void => {
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...words], {
      cwd: home,
      stdio: 'ignore',
    });
  };
  const names = Array.from({ length: 30 }, (_, n) => `s${String(n).padStart(2, '0')}.yaml`);
  const all = (text: string, some = names) => Object.fromEntries(some.map((name) => [name, text]));
  mkdirSync(dir);
  git('init', '-q', '-b', 'main');
  for (const name of names) writeFileSync(join(dir, name), 'main');
  git('add', '.');
  git('commit', '-qm', 'main');
  git('checkout', '-qb', 'other');
  for (const name of names.slice(0, 10)) rmSync(join(dir, name));
  for (const name of names.slice(10)) writeFileSync(join(dir, name), 'other');
  git('add', '.');
  git('commit', '-qam', 'other');
  git('checkout', '-q', 'main');
  await watched();
  git('checkout', '-q', 'other');
  await until(all('other', names.slice(10)));
  git('checkout', '-q', 'main');
  await until(all('main'));
  expect(read).toHaveLength(2);
});

it('what is written while the call is under way is answered by one more', async () => {
  mkdirSync(dir);
  let calls = 0;
  let second = (): void => {};
  const again = new Promise<void>((done) => {
    second = done;
  });
  watching = watchSchedules(
    dir,
    async () => {
      calls += 1;
      if (calls === 1) writeFileSync(join(dir, 'b.yaml'), 'b');
      else second();
    },
    (error) => expect.unreachable(String(error)),
  );
  await watching.ready;
  writeFileSync(join(dir, 'a.yaml'), 'a');
  await again;
  expect(calls).toBe(2);
});
