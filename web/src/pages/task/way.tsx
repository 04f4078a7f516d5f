/** The way a task went, to scale: what it waited for and how long each attempt took. */

import { now, timeNow } from '../../core/clock.js';
import { lookOf } from '../../core/states.js';
import { tip } from '../../core/tip.js';
import type { Task } from '../../core/types.js';
import { exactMoment, length, zoneFor } from '../../core/words.js';
import { Section } from '../../parts/page.js';

interface Stretch {
  what: string;
  tone: string;
  from: number;
  to: number;
  isWait: boolean;
}

const UNFINISHED = new Set(['scheduled', 'ready', 'running', 'retrying']);

export function Way({ task }: { task: Task }) {
  const isOpen = UNFINISHED.has(task.state);
  // An open way grows with the seconds.
  if (isOpen) void now.value;
  const stretches = stretchesOf(task, isOpen ? timeNow() : undefined);
  const [first, last] = [stretches[0], stretches.at(-1)];
  if (!first || !last || last.to <= first.from) return null;
  const whole = last.to - first.from;
  return (
    <Section title="Timeline" beside={`${length(whole)}${isOpen ? ' so far' : ''}`}>
      <div
        class="way"
        role="img"
        aria-label={stretches.map(({ what, from, to }) => `${what} ${length(to - from)}`).join(', ')}
      >
        {stretches.map((stretch) => (
          <i
            key={`${stretch.what}${stretch.from}`}
            class={`tone-${stretch.tone} ${stretch.isWait ? 'wait' : ''}`}
            style={{ flexGrow: String(Math.max(0.004, (stretch.to - stretch.from) / whole)) }}
            onMouseMove={(event) => {
              const box = event.currentTarget.getBoundingClientRect();
              tip.value = { x: event.clientX, y: box.top, content: <Hint stretch={stretch} /> };
            }}
            onMouseLeave={() => {
              tip.value = null;
            }}
          />
        ))}
      </div>
      <ol class="way-steps">
        {stretches.map((stretch) => (
          <li key={`${stretch.what}${stretch.from}`}>
            <i class={`tone-${stretch.tone} ${stretch.isWait ? 'wait' : ''}`} />
            <span>{stretch.what}</span>
            <b>{length(stretch.to - stretch.from)}</b>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Hint({ stretch: { what, from, to } }: { stretch: Stretch }) {
  return (
    <>
      <b>{what}</b> {length(to - from)}
      <p class="tip-title">
        from {exactMoment(from, zoneFor())}
        <br />
        to {exactMoment(to, zoneFor())}
      </p>
    </>
  );
}

/** `until`: now, of one that has not ended. */
function stretchesOf(task: Task, until: number | undefined): Stretch[] {
  const made: Stretch[] = [];
  const created = Date.parse(task.createdAt);
  let at = created;
  const add = (what: string, tone: string, to: number, isWait: boolean): void => {
    if (to > at) made.push({ what, tone, from: at, to, isWait });
    at = Math.max(at, to);
  };
  const due = Date.parse(task.dueAt);
  for (const { attempt, startedAt, finishedAt, outcome } of task.attempts) {
    const start = Date.parse(startedAt);
    // Its due time is that of the latest attempt: what came before it was told by the attempts.
    if (attempt === 1 && due > at && due <= start) add('Scheduled', 'scheduled', due, true);
    add(
      attempt === 1 ? 'Waited for a worker' : 'Waited to be tried again',
      attempt === 1 ? 'ready' : 'retrying',
      start,
      true,
    );
    const end = finishedAt === undefined ? (until ?? start) : Date.parse(finishedAt);
    add(`Attempt ${attempt} ${outcome}`, lookOf(outcome).tone, Math.max(end, start + 0.5), false);
  }
  if (until === undefined) {
    const end = task.finishedAt === undefined ? at : Date.parse(task.finishedAt);
    add(task.attempts.length === 0 ? 'Waited' : 'Waited to be tried again', 'scheduled', end, true);
  } else if (task.state !== 'running') {
    const words = {
      scheduled: 'Scheduled',
      ready: 'Waits for a worker',
      retrying: 'Waits to be tried again',
    };
    const what = words[task.state as keyof typeof words] ?? 'Waits';
    add(what, task.state, until, true);
  }
  return made;
}
