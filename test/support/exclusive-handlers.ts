/** A handler of runs that must not meet: it writes into `held/`, `done` and `violations` of its working directory. */

/** Each run holds a file with its process; one that finds it held by a living process tells. */
export const EXCLUSIVE = `
  import { appendFileSync, openSync, readFileSync, rmSync, writeSync, closeSync } from 'node:fs';
  const alive = (pid) => { try { process.kill(pid, 0); return true; } catch { return false; } };
  const hold = (file) => {
    for (;;) {
      try { const fd = openSync(file, 'wx'); writeSync(fd, String(process.pid)); closeSync(fd); return; }
      catch {
        const pid = Number(readFileSync(file, 'utf8'));
        if (pid > 0 && alive(pid)) throw new Error('two at once');
        rmSync(file, { force: true });
      }
    }
  };
  export default {
    run: async ({ length }, ctx) => {
      const { id } = ctx.schedule;
      const file = 'held/' + id;
      try { hold(file); } catch { appendFileSync('violations', id + ' ' + ctx.task.id + '\\n'); return; }
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, Math.random() * length);
        ctx.signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); });
      });
      rmSync(file, { force: true });
      appendFileSync('done', id + '\\n');
    },
  };`;
