/** Every attempt, the latest first: how it ended, on which worker, and what it failed with. */

import { useSignal } from '@preact/signals';
import type { Task, TaskAttempt, TaskError } from '../../core/types.js';
import { length } from '../../core/words.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Section } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';
import { Compare } from './compare.js';

export function Attempts({ task }: { task: Task }) {
  const { attempts } = task;
  const isCompared = useSignal(false);
  if (attempts.length === 0) return null;
  return (
    <Section
      title="Attempts"
      beside={attempts.length}
      actions={
        attempts.length > 1 && (
          <button
            type="button"
            class="button small"
            aria-pressed={isCompared.value}
            onClick={() => {
              isCompared.value = !isCompared.value;
            }}
          >
            Compare
          </button>
        )
      }
    >
      {isCompared.value && attempts.length > 1 && <Compare task={task} />}
      <ol class="attempts" reversed>
        {attempts.toReversed().map((attempt, i) => (
          <Attempt key={attempt.attempt} attempt={attempt} isOpen={i === 0} />
        ))}
      </ol>
    </Section>
  );
}

function Attempt({ attempt: one, isOpen: opens }: { attempt: TaskAttempt; isOpen: boolean }) {
  const { attempt, worker, startedAt, finishedAt, outcome, error, host, lastBeatAt } = one;
  const isOpen = useSignal(opens);
  const ran = finishedAt === undefined ? undefined : Date.parse(finishedAt) - Date.parse(startedAt);
  return (
    <li>
      <div class="attempt-line">
        <b>{attempt}</b>
        <StateMark state={outcome} />
        <span class="attempt-time">
          <Time at={startedAt} as="clock" />
          {ran !== undefined && <span class="quiet"> ran {length(ran)}</span>}
        </span>
        <span class="quiet cut" title={worker}>
          on {worker}
          {host && ` (${host})`}
        </span>
        {error && (
          <button
            type="button"
            class="link-button"
            aria-expanded={isOpen.value}
            onClick={() => {
              isOpen.value = !isOpen.value;
            }}
          >
            {isOpen.value ? 'Hide error' : 'Show error'}
          </button>
        )}
      </div>
      {lastBeatAt && (
        <p class="quiet">
          Its worker was last heard of <Time at={lastBeatAt} as="both" />
        </p>
      )}
      {error && isOpen.value && <Failure error={error} />}
    </li>
  );
}

const DEEPEST = 5;

function Failure({ error, depth = 0 }: { error: TaskError; depth?: number }) {
  return (
    <div class="failure">
      <p>
        {depth > 0 && <span class="quiet">caused by </span>}
        <b>{error.message}</b> {error.code !== undefined && <code>{String(error.code)}</code>}
      </p>
      {error.stack && (
        <div class="stack">
          <CopyButton text={error.stack} label="Copy the stack" />
          <pre tabIndex={0}>{error.stack}</pre>
        </div>
      )}
      {error.errors?.map((one, i) => (
        <Failure key={i} error={one} depth={depth + 1} />
      ))}
      {error.cause && depth < DEEPEST && <Failure error={error.cause} depth={depth + 1} />}
    </div>
  );
}
