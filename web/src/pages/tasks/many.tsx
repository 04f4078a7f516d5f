/** Deeds on many tasks: those that are selected, or all that the filters match; each is an operation with progress. */

import { type Signal, signal } from '@preact/signals';
import { ask, post } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import { operationPlace } from '../../core/places.js';
import { problemOf } from '../../core/problems.js';
import { query } from '../../core/router.js';
import type { OperationView } from '../../core/types.js';
import { plural } from '../../core/words.js';
import { ActionButton } from '../../parts/action-button.js';
import { TextField } from '../../parts/fields.js';

type Verb = 'cancel' | 'redrive' | 'reschedule';

const DEEDS: Readonly<Record<Verb, { name: string; states: readonly string[]; text: string }>> = {
  cancel: {
    name: 'Cancel',
    states: ['scheduled', 'ready', 'running', 'retrying'],
    text: 'They will not run; those that run are told to stop. A cancelled task cannot be brought back.',
  },
  redrive: {
    name: 'Redrive',
    states: ['dead'],
    text: 'Dead ones are ready again at once; their failures are counted from zero.',
  },
  reschedule: {
    name: 'Reschedule',
    states: ['scheduled', 'retrying'],
    text: 'All of them are due at the same time.',
  },
};

/** What a deed can be told; a search, and a key, it cannot. */
const FILTERS = ['queue', 'handler', 'schedule', 'error', 'from', 'to'] as const;

type Filter = Record<string, unknown>;

/** null: what is shown is found by something that a deed does not know. */
function filterNow(): Filter | null {
  const fields = query.value;
  if (fields.has('q') || fields.has('key') || fields.has('parent')) return null;
  const filter: Filter = {};
  for (const name of FILTERS) if (fields.has(name)) filter[name] = fields.get(name);
  const [labels, states] = [fields.getAll('label'), fields.getAll('state')];
  if (labels.length > 0) filter['label'] = labels;
  if (states.length > 0) filter['state'] = states.length === 1 ? states[0] : states;
  return filter;
}

export function ManyTasks({
  chosen,
  onDone,
}: {
  chosen: Signal<ReadonlySet<string>>;
  onDone: () => Promise<void>;
}) {
  const ids = [...chosen.value];
  const isChosen = ids.length > 0;
  const filter = isChosen ? { ids } : filterNow();
  const states = query.value.getAll('state');
  const verbs = (Object.keys(DEEDS) as Verb[]).filter(
    (verb) => isChosen || states.some((state) => DEEDS[verb].states.includes(state)),
  );
  if (!filter) return null;
  return (
    <>
      {isChosen && <span class="quiet chosen">{ids.length} selected</span>}
      {verbs.map((verb) => (
        <ActionButton
          key={verb}
          name={DEEDS[verb].name}
          isGrave={verb === 'cancel'}
          title={isChosen ? undefined : `${DEEDS[verb].name} all that match`}
          onClick={() => void askMany(verb, filter, isChosen, onDone)}
        />
      ))}
    </>
  );
}

/** `isChosen`: those that are selected, so nothing is typed to confirm. */
export async function askMany(
  verb: Verb,
  filter: Filter,
  isChosen: boolean,
  onDone: () => Promise<void>,
): Promise<void> {
  const { name, text } = DEEDS[verb];
  const path = `v1/tasks/${verb}`;
  let count: number;
  try {
    ({ count } = await ask<{ count: number }>(`${path}?dryRun=true`, { method: 'POST', body: { filter } }));
  } catch (error) {
    tell(problemOf(error).lines.join(' '), { isBad: true });
    return;
  }
  if (count === 0) {
    tell(`There is nothing to ${verb} here.`);
    return;
  }
  const [reason, perMinute, delay] = [signal(''), signal(''), signal('0ms')];
  askFirst({
    title: `${name} ${isChosen ? '' : 'all '}${plural(count, 'task')}${isChosen ? '' : ' that match'}`,
    action: name,
    isGrave: verb === 'cancel',
    ...(isChosen ? {} : { typed: String(count) }),
    body: () => (
      <>
        <p>{text}</p>
        {verb === 'reschedule' && (
          <TextField label="How long from now" value={delay} hint="10m, 2h; 0ms: now" isRequired />
        )}
        <TextField label="Tasks a minute" value={perMinute} hint="Empty: as fast as it goes" />
        <TextField label="Reason" value={reason} placeholder="kept with the operation" />
      </>
    ),
    run: async () => {
      const operation = await post<OperationView>(path, {
        filter,
        count,
        ...(perMinute.value ? { perMinute: Number(perMinute.value) } : {}),
        ...(reason.value ? { reason: reason.value } : {}),
        ...(verb === 'reschedule' ? { delay: delay.value } : {}),
      });
      tell(`${name} of ${plural(count, 'task')} begins.`, {
        href: operationPlace(operation.id),
        link: 'Show its progress',
      });
      await onDone();
    },
  });
}
