/** Pause and resume of many schedules: those that are selected, or all that the filters match. */

import { type Signal, signal } from '@preact/signals';
import { ask, pathTo, post } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import { problemOf } from '../../core/problems.js';
import { plural } from '../../core/words.js';
import { ActionButton } from '../../parts/action-button.js';
import { TextField } from '../../parts/fields.js';

interface Filter {
  q?: string | undefined;
  state?: string | undefined;
  label?: string[];
  queue?: string | undefined;
  handler?: string | undefined;
  set?: string | undefined;
}

export function ManyActions({
  chosen,
  filter,
  onDone,
}: {
  chosen: Signal<ReadonlySet<string>>;
  filter: Filter;
  onDone: () => Promise<void>;
}) {
  const ids = [...chosen.value];
  if (ids.length > 0) {
    return (
      <>
        <span class="quiet chosen">{ids.length} selected</span>
        <ActionButton
          name="Pause"
          icon="pause"
          onClick={() => askPause(`Pause ${plural(ids.length, 'schedule')}`, each(ids, 'pause', onDone))}
        />
        <ActionButton
          name="Resume"
          icon="play"
          onClick={() => askResume(`Resume ${plural(ids.length, 'schedule')}`, each(ids, 'resume', onDone))}
        />
      </>
    );
  }
  return (
    <>
      <ActionButton
        name="Pause"
        icon="pause"
        title="Pause all that match"
        onClick={() => void askAll('pause', filter, onDone)}
      />
      <ActionButton
        name="Resume"
        icon="play"
        title="Resume all that match"
        onClick={() => void askAll('resume', filter, onDone)}
      />
    </>
  );
}

type Run = (body: Record<string, unknown>) => Promise<unknown>;

const each =
  (ids: readonly string[], verb: 'pause' | 'resume', onDone: () => Promise<void>): Run =>
  async (body) => {
    for (const id of ids) await post(pathTo(['schedules', id, verb]), body);
    tell(`${plural(ids.length, 'schedule')} ${verb}d.`);
    await onDone();
  };

/** The state is no filter of the call: it means all that match the rest. */
async function askAll(
  verb: 'pause' | 'resume',
  { state: _, label, ...filter }: Filter,
  onDone: () => Promise<void>,
): Promise<void> {
  const fields = { ...filter, ...(label && label.length > 0 ? { label } : {}) };
  let count: number;
  try {
    const body = { filter: fields };
    ({ count } = await ask<{ count: number }>(`v1/schedules/${verb}?dryRun=true`, { method: 'POST', body }));
  } catch (error) {
    tell(problemOf(error).lines.join(' '), { isBad: true });
    return;
  }
  const run: Run = async (body) => {
    await post(`v1/schedules/${verb}`, { filter: fields, count, ...body });
    tell(`${plural(count, 'schedule')} ${verb}d.`);
    await onDone();
  };
  const title = `${verb === 'pause' ? 'Pause' : 'Resume'} all ${plural(count, 'schedule')} that match`;
  if (verb === 'pause') askPause(title, run, String(count));
  else askResume(title, run, String(count));
}

export function askPause(title: string, run: Run, typed?: string): void {
  const [until, reason] = [signal(''), signal('')];
  askFirst({
    title,
    action: 'Pause',
    ...(typed === undefined ? {} : { typed }),
    body: () => (
      <>
        <p>Instants that come meanwhile are skipped, and told as such. Runs under way go on.</p>
        <TextField
          label="Until"
          value={until}
          hint="How long (2h, 3d) or a time; empty: until it is resumed"
        />
        <TextField label="Reason" value={reason} placeholder="shown with the schedule" />
      </>
    ),
    run: () =>
      run({
        ...(until.value ? { until: until.value } : {}),
        ...(reason.value ? { reason: reason.value } : {}),
      }),
  });
}

export function askResume(title: string, run: Run, typed?: string): void {
  askFirst({
    title,
    action: 'Resume',
    ...(typed === undefined ? {} : { typed }),
    body: () => <p>It runs again from its next instant on; what it was to skip is forgotten.</p>,
    run: () => run({}),
  });
}
