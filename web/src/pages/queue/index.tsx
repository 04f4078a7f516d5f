/** One queue: its depth, its limits and what can be done with it. */

import { signal } from '@preact/signals';
import { ask, pathTo, post } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import { operationPlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import { TASK_STATES } from '../../core/states.js';
import type { OperationView, QueueView } from '../../core/types.js';
import { length, number, plural } from '../../core/words.js';
import type { PageProps } from '../../pages.js';
import { ActionButton } from '../../parts/action-button.js';
import { TextField } from '../../parts/fields.js';
import { Facts, NotFound, Page, Section, Trouble } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { Figures } from '../overview/figures.js';
import '../overview/overview.css';

export default function Queue({ params: { queue = '' } }: PageProps) {
  const { data, problem, refresh } = useQuery<QueueView>(pathTo(['queues', queue]), {
    every: 2_000,
    wakes: ({ type, queue: which }) => type === 'queue.changed' && which === queue,
  });
  if (problem?.status === 404) return <NotFound what={`The queue ${queue}`} />;
  if (!data) return <Page title={queue}>{problem && <Trouble problem={problem} />}</Page>;
  const { paused, oldestAgeMs, rates, drainsInMs, unroutable = {}, limits = {}, settings } = data;
  return (
    <Page
      title={queue}
      above={<a href="queues">Queues</a>}
      beside={<StateMark state={paused ? 'paused' : 'enabled'} word={paused ? 'paused' : 'open'} />}
      actions={<Actions queue={data} onDone={refresh} />}
    >
      <ul class="tiles">
        {TASK_STATES.map((state) => (
          <li key={state}>
            <StateMark state={state} />
            <b>
              <a href={`tasks?queue=${encodeURIComponent(queue)}&state=${state}`}>
                {number(data[state] ?? 0)}
              </a>
            </b>
          </li>
        ))}
      </ul>
      <Facts
        of={[
          ['Oldest waits', oldestAgeMs === undefined ? 'nothing waits' : length(oldestAgeMs)],
          rates && [
            'A minute',
            `${rates.enqueued.toFixed(1)} in, ${rates.completed.toFixed(1)} completed, ${rates.failed.toFixed(1)} failed`,
          ],
          ['Drains in', drainsInMs === undefined ? 'does not drain' : length(drainsInMs)],
          ...Object.entries(limits).map(
            ([name, { limit, used }]) => [name, `${number(used)} of ${number(limit)}`] as const,
          ),
          ...Object.entries(unroutable).map(
            ([name, count]) => ['No worker', `for ${name}: ${plural(count, 'task')} wait`] as const,
          ),
        ]}
      />
      <Figures of={{ queue }} />
      <Section title="Settings">
        {Object.keys(settings).length === 0 ? (
          <p class="quiet pad">All as usual.</p>
        ) : (
          <Facts
            of={Object.entries(settings).map(
              ([name, value]) => [name, <code>{JSON.stringify(value)}</code>] as const,
            )}
          />
        )}
      </Section>
    </Page>
  );
}

function Actions({
  queue: { queue, paused, settings },
  onDone,
}: {
  queue: QueueView;
  onDone: () => Promise<void>;
}) {
  const verb = paused ? 'resume' : 'pause';
  const name = paused ? 'Resume' : 'Pause';
  return (
    <>
      <ActionButton
        name={name}
        icon={paused ? 'play' : 'pause'}
        onClick={() =>
          askFirst({
            title: `${name} ${queue}`,
            action: name,
            body: () => (
              <p>{paused ? 'It hands out what waits.' : 'It hands nothing out; what runs goes on.'}</p>
            ),
            run: async () => {
              await post(pathTo(['queues', queue, verb]));
              tell(`${queue} is ${verb}d.`);
              await onDone();
            },
          })
        }
      />
      <ActionButton name="Change limits" onClick={() => askSettings(queue, settings, onDone)} />
      <ActionButton name="Purge" isGrave onClick={() => void askPurge(queue, onDone)} />
    </>
  );
}

function askSettings(queue: string, settings: Record<string, unknown>, onDone: () => Promise<void>): void {
  const text = signal(JSON.stringify(settings, undefined, 2));
  askFirst({
    title: `Limits of ${queue}`,
    action: 'Change limits',
    body: () => (
      <TextField
        label="Settings"
        value={text}
        isLong
        hint="JSON: concurrency, keyConcurrency, rate, maxDepth, retention, resultLimit. What is left out is as usual."
      />
    ),
    run: async () => {
      await ask(pathTo(['queues', queue]), { method: 'PUT', body: text.value });
      tell(`${queue} is changed.`);
      await onDone();
    },
  });
}

async function askPurge(queue: string, onDone: () => Promise<void>): Promise<void> {
  const path = pathTo(['queues', queue, 'purge']);
  const { count } = await ask<{ count: number }>(`${path}?dryRun=true`, { method: 'POST', body: {} });
  if (count === 0) {
    tell('Nothing waits here.');
    return;
  }
  askFirst({
    title: `Purge ${queue}`,
    action: 'Purge',
    isGrave: true,
    typed: queue,
    body: () => <p>{plural(count, 'task')} that wait are cancelled. That cannot be taken back.</p>,
    run: async () => {
      const operation = await post<OperationView>(path, { count });
      tell('The purge begins.', { href: operationPlace(operation.id), link: 'Show its progress' });
      await onDone();
    },
  });
}
