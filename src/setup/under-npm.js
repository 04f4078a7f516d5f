/** What running below npm changes: signals come twice, and a killed npm says nothing. */

/** Two Ctrl-C of a person are further apart than this, ms; the terminal's and npm's copy of one are not. */
const ECHO = 300;

export function underNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  dropEchoes();
  endWithParent();
}

/** A Ctrl-C reaches us from the terminal and again from npm; the second would count as "stop at once". */
function dropEchoes() {
  const emit = process.emit;
  const last = new Map();
  process.emit = function (event, ...args) {
    if (event === 'SIGINT' || event === 'SIGTERM') {
      const now = performance.now();
      const echo = now - (last.get(event) ?? Number.NEGATIVE_INFINITY) < ECHO;
      last.set(event, now);
      if (echo) return true;
    }
    return emit.call(this, event, ...args);
  };
}

/** npm killed with -9 cannot hand the signal on: notice that it is gone, and stop as on SIGTERM. */
function endWithParent() {
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    process.kill(process.pid, 'SIGTERM');
  }, 1_000);
  check.unref();
}
