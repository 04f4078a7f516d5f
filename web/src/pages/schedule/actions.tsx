/** What can be done with one schedule. */

import { signal } from '@preact/signals';
import { ask, pathTo, post } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import { bodyWith, editable, typed } from '../../core/payload.js';
import { schedulePlace, taskPlace } from '../../core/places.js';
import { navigate } from '../../core/router.js';
import type { ScheduleView, Task } from '../../core/types.js';
import { plural } from '../../core/words.js';
import { ActionButton } from '../../parts/action-button.js';
import { ChoiceField, TextField } from '../../parts/fields.js';
import { Time } from '../../parts/time.js';
import { askPause, askResume } from '../schedules/many.js';
import { PayloadFits } from '../tasks/payload-fits.js';
import { isEditable } from './as-yaml.js';
import { askBackfill } from './backfill.js';

interface Actions {
  schedule: ScheduleView;
  /** With every digit; undefined where it is hidden. */
  payload: unknown;
  onDone: () => Promise<void>;
}

export function ScheduleActions({ schedule, payload, onDone }: Actions) {
  const { id, state } = schedule;
  const act =
    (verb: string, said: string) =>
    async (body: Record<string, unknown>): Promise<void> => {
      await post(pathTo(['schedules', id, verb]), body);
      tell(said);
      await onDone();
    };
  return (
    <>
      <ActionButton
        name="Run now"
        icon="play"
        isPrimary
        onClick={() => askTrigger(schedule, payload, onDone)}
      />
      {state === 'paused' ? (
        <ActionButton
          name="Resume"
          icon="play"
          onClick={() => askResume(`Resume ${id}`, act('resume', 'Resumed.'))}
        />
      ) : (
        <ActionButton
          name="Pause"
          icon="pause"
          onClick={() => askPause(`Pause ${id}`, act('pause', 'Paused.'))}
        />
      )}
      <ActionButton
        name="Skip next"
        icon="skip"
        isDisabled={schedule.nextRuns.length === 0}
        onClick={() => askSkip(schedule, act('skip', 'It will be skipped.'))}
      />
      {isEditable(schedule) && (
        <a class="button" href={`${schedulePlace(id)}?edit`}>
          Edit
        </a>
      )}
      <ActionButton name="Backfill" icon="upcoming" onClick={() => askBackfill(schedule, onDone)} />
      {schedule.source.kind !== 'file' && (
        <ActionButton name="Delete" isGrave onClick={() => askDelete(schedule)} />
      )}
    </>
  );
}

function askDelete({ id, revision }: ScheduleView): void {
  askFirst({
    title: `Delete ${id}`,
    action: 'Delete',
    isGrave: true,
    typed: id,
    body: () => (
      <p>
        What was planned of it is withdrawn, and what became of its instants is forgotten. Runs under way go
        on.
      </p>
    ),
    run: async () => {
      // What somebody else changed meanwhile is not deleted unseen.
      await ask(pathTo(['schedules', id]), { method: 'DELETE', headers: { 'if-match': `"${revision}"` } });
      tell(`${id} is deleted.`);
      navigate('schedules', { replace: true });
    },
  });
}

const OVERLAPS = [
  ['', 'As the schedule says'],
  ['skip', 'Skip: not while a run is in progress'],
  ['allow', 'Allow: beside a run in progress'],
  ['wait', 'Wait: behind a run in progress'],
  ['replace', 'Replace: cancel a run in progress'],
] as const;

function askTrigger(
  { id, handler, overlap, payloadHidden }: ScheduleView,
  payload: unknown,
  onDone: () => Promise<void>,
): void {
  const before = payloadHidden ? '' : editable(payload);
  const [text, chosen] = [signal(before), signal('')];
  askFirst({
    title: `Run ${id} now`,
    action: 'Run now',
    body: () => (
      <>
        <p>One run, beside its instants; its overlap is {overlap}.</p>
        <TextField
          label="Payload"
          value={text}
          isLong
          hint={
            payloadHidden
              ? 'Hidden here. Empty: as it is; another one is what the handler gets in this run.'
              : 'What the handler gets in this run; JSON, every digit is kept.'
          }
        />
        <PayloadFits handler={handler} payload={text} />
        <ChoiceField label="Overlap" value={chosen} choices={OVERLAPS} />
      </>
    ),
    run: async () => {
      // Unchanged, the schedule's own is taken.
      const body = bodyWith(
        chosen.value ? { overlap: chosen.value } : {},
        text.value === before ? undefined : typed(text.value),
      );
      const task = await post<Task>(pathTo(['schedules', id, 'trigger']), body);
      tell(`${id} runs.`, { href: taskPlace(task.id), link: 'Show the task' });
      await onDone();
    },
  });
}

function askSkip(
  { id, nextRuns, timezone }: ScheduleView,
  run: (body: Record<string, unknown>) => Promise<void>,
): void {
  const [count, reason] = [signal('1'), signal('')];
  askFirst({
    title: `Skip the next run of ${id}`,
    action: 'Skip next',
    body: () => (
      <>
        <TextField label="How many" value={count} hint="Instants, from the next one on" isRequired />
        <ul>
          {nextRuns.slice(0, Math.max(0, Number(count.value) || 0)).map((at) => (
            <li key={at}>
              <Time at={at} zone={timezone} as="both" />
            </li>
          ))}
          {Number(count.value) > nextRuns.length && (
            <li class="quiet">and {plural(Number(count.value) - nextRuns.length, 'more instant')}</li>
          )}
        </ul>
        <TextField label="Reason" value={reason} placeholder="told with the instants" />
      </>
    ),
    run: () => run({ count: Number(count.value), ...(reason.value ? { reason: reason.value } : {}) }),
  });
}
