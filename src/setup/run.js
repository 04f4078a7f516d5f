/** Runs a program with our terminal and hands signals on, so that nothing it started is left behind. */

import { spawn } from 'node:child_process';
import { ROOT } from './paths.js';

/** Its exit code; 128 + n when signal n ended it, as a shell says it. `quiet` keeps its standard output to ourselves. */
export function run(command, args, options = {}) {
  const { env, quiet = false } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: quiet ? ['ignore', 'pipe', 'inherit'] : ['ignore', 'inherit', 'inherit'],
      env: env ? { ...process.env, ...env } : process.env,
    });
    let output = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    // A Ctrl-C reaches the child by itself; only a signal to us alone must be handed on.
    const pass = (signal) => child.kill(signal);
    const wait = () => {};
    process.on('SIGTERM', pass);
    process.on('SIGINT', wait);
    const settle = (act) => {
      process.off('SIGTERM', pass);
      process.off('SIGINT', wait);
      act();
    };
    child.once('error', (error) => settle(() => reject(error)));
    child.once('close', (code, signal) => {
      settle(() => {
        // Interrupted set-up: end the way the child did, as a shell script would.
        if (signal === 'SIGINT' || signal === 'SIGTERM') process.kill(process.pid, signal);
        else resolve({ code: code ?? 1, output });
      });
    });
  });
}

/** Says what is wrong in one message without a stack and ends with `code` (78: configuration). */
export function giveUp(message, code = 1) {
  process.stderr.write(`carillon: ${message}\n`);
  process.exit(code);
}

/** What the set-up is doing goes to standard error: standard output belongs to the program it prepares. */
export function say(message) {
  process.stderr.write(`carillon: ${message}\n`);
}
