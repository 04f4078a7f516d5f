/** What a worker can be asked: to be quiet, to take tasks again, other slots, other queues, to stop. */

import { signal } from '@preact/signals';
import { pathTo, post } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import type { WorkerView } from '../../core/types.js';
import { ActionButton } from '../../parts/action-button.js';
import { TextField } from '../../parts/fields.js';

export function Actions({ worker, onDone }: { worker: WorkerView; onDone: () => Promise<void> }) {
  const { quiet, stopping } = worker;
  return (
    <>
      {quiet ? (
        <ActionButton name="Resume" icon="play" onClick={() => askVerb(worker, 'resume', onDone)} />
      ) : (
        <ActionButton name="Quiet" icon="pause" onClick={() => askVerb(worker, 'quiet', onDone)} />
      )}
      <ActionButton name="Scale" onClick={() => askScale(worker, onDone)} />
      <ActionButton name="Queues" onClick={() => askQueues(worker, onDone)} />
      <ActionButton
        name="Stop"
        isGrave
        isDisabled={stopping}
        onClick={() => askVerb(worker, 'stop', onDone)}
      />
    </>
  );
}

const VERBS = {
  quiet: { name: 'Quiet', text: 'It takes nothing new; what it runs goes on.', said: 'It will be quiet.' },
  resume: { name: 'Resume', text: 'It takes tasks again.', said: 'It will take tasks again.' },
  stop: {
    name: 'Stop',
    text: 'It ends what it runs, hands back the rest and leaves. Only whoever runs its process can start it again.',
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

function askQueues({ id, name, queues }: WorkerView, onDone: () => Promise<void>): void {
  const text = signal(queues.join(', '));
  askFirst({
    title: `Queues of ${name}`,
    action: 'Change queues',
    body: () => (
      <TextField
        label="Queues it takes part in"
        value={text}
        hint="Names with commas between them; * stands for all. It holds until its process ends."
        isRequired
      />
    ),
    run: async () => {
      const wanted = text.value.split(',').flatMap((part) => part.trim() || []);
      const add = wanted.filter((queue) => !queues.includes(queue));
      const remove = queues.filter((queue) => !wanted.includes(queue));
      if (add.length + remove.length > 0) {
        await post(pathTo(['workers', id, 'queues']), {
          ...(add.length > 0 ? { add } : {}),
          ...(remove.length > 0 ? { remove } : {}),
        });
        tell('It will take part in these queues.');
      }
      await onDone();
    },
  });
}
