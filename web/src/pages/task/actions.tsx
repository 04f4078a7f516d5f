/** What can be done with one task, by the state it is in. */

import { signal } from '@preact/signals';
import { addressOf, pathTo, post } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import { bodyWith, editable, typed, written } from '../../core/payload.js';
import type { Task } from '../../core/types.js';
import { ActionButton } from '../../parts/action-button.js';
import { CopyButton } from '../../parts/copy-button.js';
import { TextField } from '../../parts/fields.js';
import { askEnqueue } from '../tasks/enqueue.js';
import { PayloadFits } from '../tasks/payload-fits.js';

const WAITS = new Set(['scheduled', 'retrying']);
const UNFINISHED = new Set(['scheduled', 'ready', 'running', 'retrying']);

interface Actions {
  task: Task;
  /** With every digit; undefined where this node hides payloads. */
  payload: unknown;
  onDone: () => Promise<void>;
}

export function TaskActions({ task, payload, onDone }: Actions) {
  const { id, state, handler, queue, priority, labels } = task;
  const act = async (verb: string, body: unknown, said: string): Promise<void> => {
    await post(pathTo(['tasks', id, verb]), body);
    tell(said);
    await onDone();
  };
  return (
    <>
      {UNFINISHED.has(state) && (
        <ActionButton
          name="Cancel"
          icon="close"
          isGrave
          onClick={() => askCancel(task, act)}
          isDisabled={Boolean(task.cancelRequested)}
        />
      )}
      {WAITS.has(state) && (
        <ActionButton name="Reschedule" icon="schedules" onClick={() => askReschedule(task, act)} />
      )}
      {WAITS.has(state) && (
        <ActionButton
          name="Run now"
          icon="play"
          onClick={() => {
            askFirst({
              title: `Run ${id} now`,
              action: 'Run now',
              body: () => <p>It becomes ready at once instead of at its due time.</p>,
              run: () => act('reschedule', { delay: '0ms' }, 'It is ready.'),
            });
          }}
        />
      )}
      {state === 'dead' && (
        <ActionButton name="Redrive" icon="again" isPrimary onClick={() => askRedrive(task, payload, act)} />
      )}
      {payload !== undefined && (
        <ActionButton
          name="Enqueue"
          icon="plus"
          title="Another one like it"
          onClick={() => askEnqueue({ handler, queue, priority, labels, payload })}
        />
      )}
      <CopyButton
        text={() => cliOf(task, payload)}
        label="Copy a command that enqueues the same"
        words="CLI"
      />
      <CopyButton
        text={() => curlOf(task, payload)}
        label="Copy a curl command that enqueues the same"
        words="curl"
      />
    </>
  );
}

type Act = (verb: string, body: unknown, said: string) => Promise<void>;

function askCancel({ id, state }: Task, act: Act): void {
  const reason = signal('');
  askFirst({
    title: `Cancel ${id}`,
    action: 'Cancel',
    isGrave: true,
    body: () => (
      <>
        <p>
          {state === 'running'
            ? 'Its worker is told to stop it; what it has done stays done.'
            : 'It will not run. A cancelled task cannot be brought back.'}
        </p>
        <TextField label="Reason" value={reason} placeholder="shown with the task" />
      </>
    ),
    run: () => act('cancel', reason.value ? { reason: reason.value } : {}, 'Cancelled.'),
  });
}

function askReschedule({ id }: Task, act: Act): void {
  const when = signal('10m');
  askFirst({
    title: `Reschedule ${id}`,
    action: 'Reschedule',
    body: () => (
      <TextField
        label="When"
        value={when}
        hint="How long from now (10m, 2h30m), or a time: 2027-01-01T09:00:00Z"
        isRequired
      />
    ),
    run: () =>
      act(
        'reschedule',
        /^\d{4}-/.test(when.value) ? { runAt: when.value } : { delay: when.value },
        'Rescheduled.',
      ),
  });
}

/** `payload` undefined: it is hidden, and can only be replaced. */
function askRedrive({ id, handler }: Task, payload: unknown, act: Act): void {
  const before = payload === undefined ? '' : editable(payload);
  const text = signal(before);
  askFirst({
    title: `Redrive ${id}`,
    action: 'Redrive',
    body: () => (
      <>
        <p>It is ready again at once; its failures are counted from zero, its attempts go on.</p>
        <TextField
          label="Payload"
          value={text}
          isLong
          hint={
            payload === undefined
              ? 'Hidden here. Empty: as it is; another one is what its next attempt gets.'
              : 'Another payload is what its next attempt gets; every digit is kept.'
          }
        />
        <PayloadFits handler={handler} payload={text} />
      </>
    ),
    // Unchanged, it is not sent at all.
    run: () =>
      act('redrive', bodyWith({}, text.value === before ? undefined : typed(text.value)), 'Put back.'),
  });
}

/** Between single quotes, as a shell reads them. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function curlOf({ handler, queue, priority, labels }: Task, payload: unknown): string {
  const fields = {
    ...{ handler, queue },
    ...(priority === 'normal' ? {} : { priority }),
    ...(Object.keys(labels).length ? { labels } : {}),
  };
  const body = bodyWith(fields, payload === undefined ? undefined : written(payload));
  return `curl -X POST ${addressOf('v1/tasks')} -H 'content-type: application/json' -d ${quoted(body)}`;
}

function cliOf({ handler, queue, priority, labels }: Task, payload: unknown): string {
  return [
    `carillon tasks enqueue ${handler} --queue ${queue}`,
    ...(payload === undefined ? [] : [`--payload ${quoted(written(payload))}`]),
    ...(priority === 'normal' ? [] : [`--priority ${priority}`]),
    ...Object.entries(labels).map(([name, text]) => `--label ${quoted(`${name}=${text}`)}`),
  ].join(' ');
}
