/** What can be done with a queue: pause and resume, other limits, purge. */

import { signal } from '@preact/signals';
import { ask, pathTo, post } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import { operationPlace } from '../../core/places.js';
import { problemOf } from '../../core/problems.js';
import type { OperationView, QueueView } from '../../core/types.js';
import { plural } from '../../core/words.js';
import { ActionButton } from '../../parts/action-button.js';
import { TextField } from '../../parts/fields.js';

export function Actions({
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
  let count: number;
  try {
    ({ count } = await ask<{ count: number }>(`${path}?dryRun=true`, { method: 'POST', body: {} }));
  } catch (error) {
    tell(problemOf(error).lines.join(' '), { isBad: true });
    return;
  }
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
