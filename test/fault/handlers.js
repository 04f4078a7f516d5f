/** Handlers that write down what they do, line by line, in a file that outlives their process and its Redis. */

import { appendFileSync } from 'node:fs';

const JOURNAL = process.env.FAULT_JOURNAL;
const WORKER = process.env.CARILLON_NAME;
/** How often the process shows itself that it still runs, and a gap that counts as silence (ms). */
const PULSE = 50;
const SILENCE = 400;

const mono = () => Number(process.hrtime.bigint()) / 1e6;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const write = (event) => appendFileSync(JOURNAL, `${JSON.stringify({ ...event, worker: WORKER })}\n`);

let pulse = mono();
setInterval(() => {
  const now = mono();
  if (now - pulse > SILENCE) write({ event: 'silence', from: pulse, to: now });
  pulse = now;
}, PULSE).unref();

function start(payload, { task, attempt, schedule }) {
  write({
    ...{ event: 'start', id: task.id, attempt, at: mono(), wall: Date.now() },
    ...{ dueAt: Date.parse(task.dueAt), takenUpAt: Date.parse(task.startedAt), n: payload?.n ?? null },
    nominal: schedule ? Date.parse(schedule.nominalAt) : null,
  });
}

function end({ task, attempt }, how) {
  write({ event: 'end', id: task.id, attempt, at: mono(), how });
}

/** `handler` runs between the two lines. */
const journaled = (handler) => async (payload, context) => {
  start(payload, context);
  try {
    const result = await handler(payload, context);
    end(context, 'ok');
    return result;
  } catch (error) {
    end(context, 'error');
    throw error;
  }
};

/** Four attempts of ten fail, and which ones does not depend on where they run. */
function fails(id, attempt) {
  let sum = attempt * 7;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 1009;
  return sum % 10 < 4;
}

export default {
  tick: journaled(async () => 'done'),
  // Who takes over is soon done: then the first one, if it was only stopped, comes too late with its ending.
  slow: journaled(async ({ ms }, { attempt }) => pause(attempt === 1 ? ms : 100)),
  flaky: journaled(async (_, { task, attempt }) => {
    await pause(20);
    if (fails(task.id, attempt)) throw new Error('not this time');
  }),
  poison: async (payload, context) => {
    start(payload, context);
    end(context, 'dies');
    process.kill(process.pid, 'SIGKILL');
    await pause(60_000);
  },
};
