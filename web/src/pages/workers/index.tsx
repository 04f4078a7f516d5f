/** Who runs tasks, what they hold, and what they can be asked. */

import { signal } from '@preact/signals';
import { pathTo, post } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import { taskPlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import type { Page as Items, WorkerView } from '../../core/types.js';
import { bytes, number } from '../../core/words.js';
import { ActionButton } from '../../parts/action-button.js';
import { EmptyState } from '../../parts/empty-state.js';
import { TextField } from '../../parts/fields.js';
import { Page, Trouble } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';
import './workers.css';

export default function Workers() {
  const { data, problem, refresh } = useQuery<Items<WorkerView>>('v1/workers', {
    every: 2_500,
    wakes: ({ type }) => type.startsWith('worker.'),
  });
  return (
    <Page title="Workers">
      {problem && !data && <Trouble problem={problem} />}
      {data?.items.length === 0 && (
        <EmptyState title="No worker is there." command="carillon worker handlers.mjs" />
      )}
      <ul class="workers">
        {data?.items.map((worker) => (
          <Worker key={worker.id} worker={worker} onDone={refresh} />
        ))}
      </ul>
    </Page>
  );
}

function Worker({ worker, onDone }: { worker: WorkerView; onDone: () => Promise<void> }) {
  const { name, host, pid, version, release, queues, handlers, concurrency, running, runningCount } = worker;
  const { quiet, stopping, asked, processed, failed, memoryBytes, load, startedAt, lastBeatAt } = worker;
  const share = concurrency === 0 ? 0 : Math.min(100, (runningCount / concurrency) * 100);
  return (
    <li>
      <div class="worker-head">
        <h2>{name}</h2>
        <StateMark
          state={quiet || stopping ? 'quiet' : 'enabled'}
          word={stopping ? 'stopping' : quiet ? 'quiet' : 'takes tasks'}
        />
        {asked && <span class="chip warns">asked, not confirmed yet</span>}
        <div class="actions">
          {quiet ? (
            <ActionButton name="Resume" icon="play" onClick={() => askVerb(worker, 'resume', onDone)} />
          ) : (
            <ActionButton name="Quiet" icon="pause" onClick={() => askVerb(worker, 'quiet', onDone)} />
          )}
          <ActionButton name="Scale" onClick={() => askScale(worker, onDone)} />
          <ActionButton name="Stop" isGrave onClick={() => askVerb(worker, 'stop', onDone)} />
        </div>
      </div>
      <div class="slots">
        <i class="slots-bar">
          <i style={{ width: `${share}%` }} />
        </i>
        <span>
          {number(runningCount)} of {number(concurrency)} slots
        </span>
      </div>
      <p class="quiet">
        {host}, pid {pid}, Carillon {version}
        {release && `, release ${release}`}
        {memoryBytes !== undefined && `, ${bytes(memoryBytes)}`}
        {load !== undefined && `, load ${load.toFixed(2)}`}
        {processed !== undefined && `, ${number(processed)} attempts`}
        {failed !== undefined && failed > 0 && `, ${number(failed)} failed`}, since <Time at={startedAt} />
        {lastBeatAt && (
          <>
            , last beat <Time at={lastBeatAt} />
          </>
        )}
      </p>
      <p class="quiet">
        queues {queues.join(', ')} · {handlers.length} handlers:{' '}
        <span title={handlers.join(', ')}>{handlers.slice(0, 8).join(', ')}</span>
        {handlers.length > 8 && ' …'}
      </p>
      {running.length > 0 && (
        <ul class="chips">
          {running.map(({ id, handler, since }) => (
            <li key={id}>
              <a class="chip" href={taskPlace(id)} title={id}>
                <StateMark state="running" word={false} />
                {handler}, <Time at={since} />
              </a>
            </li>
          ))}
          {runningCount > running.length && <li class="quiet">and {runningCount - running.length} more</li>}
        </ul>
      )}
    </li>
  );
}

const VERBS = {
  quiet: { name: 'Quiet', text: 'It takes nothing new; what it runs goes on.', said: 'It will be quiet.' },
  resume: { name: 'Resume', text: 'It takes tasks again.', said: 'It will take tasks again.' },
  stop: {
    name: 'Stop',
    text: 'It ends what it runs, hands back the rest and leaves.',
    said: 'It will stop.',
  },
} as const;

function askVerb({ id, name }: WorkerView, verb: keyof typeof VERBS, onDone: () => Promise<void>): void {
  const { name: action, text, said } = VERBS[verb];
  askFirst({
    title: `${action} ${name}`,
    action,
    isGrave: verb === 'stop',
    body: () => <p>{text}</p>,
    run: async () => {
      await post(pathTo(['workers', id, verb]));
      tell(said);
      await onDone();
    },
  });
}

function askScale({ id, name, concurrency }: WorkerView, onDone: () => Promise<void>): void {
  const slots = signal(String(concurrency));
  askFirst({
    title: `Scale ${name}`,
    action: 'Scale',
    body: () => <TextField label="Slots" value={slots} hint="Tasks it runs at once" isRequired />,
    run: async () => {
      await post(pathTo(['workers', id, 'scale']), { concurrency: Number(slots.value) });
      tell(`It will have ${slots.value} slots.`);
      await onDone();
    },
  });
}
