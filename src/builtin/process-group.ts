/** Signals to a process group, and whether anything of it still runs. */

import { readdirSync, readFileSync } from 'node:fs';

export function tellGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It is gone, or belongs to another user by now.
  }
}

/** Whether a process of the group runs. One that has ended and that nobody has taken note of does not. */
export function isGroupThere(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch {
    return false;
  }
  return runs(group) ?? true;
}

/**
 * What the kernel lists, which a signal does not tell: in a container whose first process is a worker nobody takes note
 * of orphans. Undefined where there is no such list.
 */
function runs(group: number): boolean | undefined {
  try {
    return readdirSync('/proc').some((name) => /^\d+$/.test(name) && isRunningIn(name, group));
  } catch {
    return undefined;
  }
}

function isRunningIn(pid: string, group: number): boolean {
  try {
    // `pid (name) state parent group …`; a name may hold anything, also brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', , its] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(its) === group && !/^[ZXx]$/.test(state);
  } catch {
    return false;
  }
}
