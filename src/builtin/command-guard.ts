/** Ends commands that are left when this process is gone, however it went: also after kill -9. */

import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/**
 * Reads which process groups there are from standard input, which the worker holds open. Its end, by exit or kill -9,
 * is the order: SIGTERM to those that are left, and SIGKILL to what does not heed it within five seconds.
 */
const GUARD = `
groups=
while read -r word group; do
  rest=
  for one in $groups; do [ "$one" = "$group" ] || rest="$rest $one"; done
  groups=$rest
  [ "$word" = add ] && groups="$groups $group"
done
for one in $groups; do kill -s TERM -- "-$one"; kill -s CONT -- "-$one"; done
tries=0
while [ -n "$groups" ] && [ "$tries" -lt 25 ]; do
  sleep 0.2
  rest=
  for one in $groups; do kill -s 0 -- "-$one" && rest="$rest $one"; done
  groups=$rest
  tries=$((tries + 1))
done
for one in $groups; do kill -s KILL -- "-$one"; done
`;

/** One for this process, from the first command on; null: this machine has no shell for it, or it was killed. */
let orders: Writable | null | undefined;

function start(): Writable | null {
  const guard = spawn('/bin/sh', ['-c', GUARD, 'carillon-command-guard'], {
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    // A session of its own: a Ctrl-C in the terminal does not reach it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = (): void => {
    orders = null;
  };
  guard.once('error', gone);
  guard.once('exit', gone);
  guard.stdin.on('error', gone);
  // It waits for the end of this process, so this process must not wait for it.
  guard.unref();
  (guard.stdin as Writable & { unref?(): void }).unref?.();
  return guard.stdin;
}

export const commandGuard = {
  /** A process group has begun. */
  add(group: number): void {
    orders = orders === undefined ? start() : orders;
    orders?.write(`add ${group}\n`);
  },

  /** It has ended: its number may become somebody else's. */
  remove(group: number): void {
    orders?.write(`gone ${group}\n`);
  },
};
