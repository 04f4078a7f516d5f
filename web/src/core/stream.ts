/** What happens, heard over one stream of server-sent events for the whole page, while it watches. */

import { effect } from '@preact/signals';
import { addressOf } from './api.js';
import type { Happening } from './types.js';
import { watching } from './visible.js';

/** Rare enough to be heard of one by one; tasks come by the ten thousand a second and are asked for instead. */
const TYPES = [
  ...['schedule.changed', 'schedule.removed', 'schedule.paused', 'schedule.resumed'],
  ...['schedule.fired', 'schedule.skipped', 'schedule.missed'],
  ...['queue.changed', 'leader.elected', 'leader.left', 'worker.joined', 'worker.left'],
  ...['operation.changed', 'set.applied', 'set.held', 'set.invalid', 'alert.raised', 'alert.cleared'],
];

const COME_BACK = 5_000;

type Listener = (happening: Happening) => void;
const listeners = new Set<Listener>();
let source: EventSource | null = null;
let waiting: ReturnType<typeof setTimeout> | undefined;

/** Until the function that is answered is called. After `reset` something was missed: look anew. */
export function hear(listener: Listener): () => void {
  listeners.add(listener);
  tune();
  return () => {
    listeners.delete(listener);
    tune();
  };
}

effect(() => {
  // Read here, so that the effect runs again.
  void watching.value;
  tune();
});

function tune(): void {
  const wanted = watching.value && listeners.size > 0;
  if (!wanted) {
    clearTimeout(waiting);
    waiting = undefined;
    source?.close();
    source = null;
  } else if (!source && waiting === undefined) {
    open();
  }
}

function open(): void {
  source = new EventSource(addressOf(`v1/events?types=${TYPES.join(',')}`));
  source.onmessage = ({ data }: MessageEvent<string>) => {
    const happening = JSON.parse(data) as Happening;
    for (const listener of [...listeners]) listener(happening);
  };
  source.onerror = () => {
    // Anything but a broken line ends it for good: refused, or nobody there.
    if (source?.readyState !== EventSource.CLOSED) return;
    source = null;
    waiting = setTimeout(() => {
      waiting = undefined;
      tune();
    }, COME_BACK);
  };
}
