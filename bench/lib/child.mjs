/** Producers and workers as processes of their own, called by name over IPC. */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../child.mjs', import.meta.url));
const alive = new Set();

process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** A process of one side ('carillon', 'bullmq') against one Redis. It ends when this process does. */
export function startChild(side, redis) {
  const child = fork(ENTRY, [side, redis], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting = new Map();
  let calls = 0;
  alive.add(child);
  const gone = new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      alive.delete(child);
      for (const { reject } of waiting.values())
        reject(new Error(`${side} process ended: ${signal ?? code}`));
      waiting.clear();
      resolve();
    });
  });
  const handle = {
    side,
    /** How many runs its handler has begun, as last reported. */
    runs: 0,
    onRuns: () => {},
    call(verb, argument) {
      calls += 1;
      const id = calls;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        child.send({ id, verb, argument });
      });
    },
    async stop() {
      child.kill('SIGKILL');
      await gone;
    },
  };
  child.on('message', (message) => {
    if ('runs' in message) {
      handle.runs = message.runs;
      handle.onRuns();
      return;
    }
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) call?.reject(new Error(`${side}: ${message.error}`));
    else call?.resolve(message.answer);
  });
  return handle;
}

/** Resolves when the workers together have begun `total` runs; rejects when nothing moves for a minute. */
export function runsBegun(workers, total) {
  return new Promise((resolve, reject) => {
    let timer;
    const check = () => {
      clearTimeout(timer);
      const begun = workers.reduce((sum, worker) => sum + worker.runs, 0);
      if (begun >= total) return resolve();
      timer = setTimeout(() => reject(new Error(`no run for a minute: ${begun} of ${total}`)), 60_000);
    };
    for (const worker of workers) worker.onRuns = check;
    check();
  });
}
