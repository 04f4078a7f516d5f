/** Starts a program that cannot outlive this process, not even after a kill -9 of ours. */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { sleep } from './time.mjs';

/** The shell ends the program when our end of its stdin closes. Its first line is the program's pid. */
const GUARD =
  '"$@" </dev/null >/dev/null & pid=$!; echo "$pid"; read -r _; kill "$pid" 2>/dev/null; wait "$pid"';

export async function guarded(command, args, env = process.env) {
  const shell = spawn('sh', ['-c', GUARD, 'sh', command, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    env,
  });
  const gone = new Promise((resolve) => shell.once('exit', resolve));
  const pid = await new Promise((resolve, reject) => {
    shell.once('error', reject);
    shell.stdout.once('data', (line) => resolve(Number(line)));
  });
  return {
    pid,
    /** User plus system time so far, ms; the kernel counts it in ticks of 10 ms. */
    cpuMs() {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
    async stop() {
      shell.stdin.end();
      if ((await Promise.race([gone, sleep(8000).then(() => 'late')])) === 'late') {
        process.kill(-shell.pid, 'SIGKILL');
        await gone;
      }
    },
  };
}
