/** Enqueue: one new task, with its payload as it is typed. */

import { signal } from '@preact/signals';
import { post } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import { bodyWith, typed } from '../../core/payload.js';
import { taskPlace } from '../../core/places.js';
import type { Task } from '../../core/types.js';
import { ChoiceField, TextField } from '../../parts/fields.js';

const PRIORITIES = [
  ['normal', 'normal'],
  ['high', 'high'],
  ['low', 'low'],
] as const;

/** `like`: what the fields begin with. */
export function askEnqueue(
  like: { handler?: string; queue?: string } = {},
  onDone?: () => Promise<void>,
): void {
  const handler = signal(like.handler ?? '');
  const queue = signal(like.queue ?? 'default');
  const [payload, delay, key] = [signal('{}'), signal(''), signal('')];
  const priority = signal('normal');
  askFirst({
    title: 'Enqueue a task',
    action: 'Enqueue',
    body: () => (
      <>
        <TextField label="Handler" value={handler} isRequired />
        <TextField label="Payload" value={payload} isLong hint="JSON; every digit is kept" />
        <TextField label="Queue" value={queue} isRequired />
        <TextField label="Delay" value={delay} hint="10m, 2h30m; empty: at once" />
        <TextField label="Unique key" value={key} hint="Empty: none" />
        <ChoiceField label="Priority" value={priority} choices={PRIORITIES} />
      </>
    ),
    run: async () => {
      const fields = {
        handler: handler.value,
        queue: queue.value,
        priority: priority.value,
        ...(delay.value ? { delay: delay.value } : {}),
        ...(key.value ? { uniqueKey: key.value } : {}),
      };
      const body = bodyWith(fields, typed(payload.value));
      const task = await post<Task & { deduplicated?: true }>('v1/tasks', body);
      tell(task.deduplicated ? 'There is one with this key already.' : 'Enqueued.', {
        href: taskPlace(task.id),
        link: 'Show the task',
      });
      await onDone?.();
    },
  });
}
