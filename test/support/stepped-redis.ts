/** A real redis-server whose clock a test steps; it takes a C compiler to make one. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTestRedis, type TestRedis } from './redis.js';

const SOURCE = fileURLToPath(new URL('clock-shim.c', import.meta.url));

export const canStep = spawnSync('cc', ['--version']).status === 0;

export interface SteppedRedis extends TestRedis {
  /** From now on its clock is so many ms ahead of the machine's. */
  step(ms: number): void;
}

export async function startSteppedRedis(): Promise<SteppedRedis> {
  const directory = mkdtempSync(join(tmpdir(), 'carillon-clock-'));
  const [library, file] = [join(directory, 'shim.so'), join(directory, 'ahead')];
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, SOURCE]);
  const step = (ms: number): void => {
    const ahead = Buffer.alloc(8);
    ahead.writeBigInt64LE(BigInt(ms) * 1_000_000n);
    writeFileSync(file, ahead, { flag: ms === 0 ? 'w' : 'r+' });
  };
  step(0);
  Object.assign(process.env, { LD_PRELOAD: library, CLOCK_SHIM_FILE: file });
  const redis = await startTestRedis().finally(() => {
    delete process.env['LD_PRELOAD'];
    delete process.env['CLOCK_SHIM_FILE'];
  });
  return Object.assign(Object.create(redis) as TestRedis, {
    step,
    async stop() {
      await redis.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  });
}
