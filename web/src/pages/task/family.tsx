/** The tasks that one waited for, and those that wait for it, each with how it stands. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ask, pathTo } from '../../core/api.js';
import { taskPlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import type { Task } from '../../core/types.js';
import { number } from '../../core/words.js';
import { Section } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';

const SHOWN = 20;
/** Looks without being asked: each looks at some thousands of tasks. */
const LOOKS = 2;

interface Found {
  items: Task[];
  nextCursor: string | null;
  scanned?: number;
}

export function Family({ task }: { task: Task }) {
  return (
    <>
      {task.parents && task.parents.length > 0 && <Parents task={task} />}
      <Children key={task.id} id={task.id} />
    </>
  );
}

function Parents({ task: { parents = [], waitingFor = [] } }: { task: Task }) {
  const shown = useSignal(SHOWN);
  const more = parents.length - shown.value;
  return (
    <Section title="Parents" beside={`${number(parents.length)}, all of which are to end first`}>
      <ul class="family">
        {parents.slice(0, shown.value).map((id) => (
          <Parent key={id} id={id} isAwaited={waitingFor.includes(id)} />
        ))}
      </ul>
      {more > 0 && (
        <p class="pad">
          <button type="button" class="button small" onClick={() => (shown.value += SHOWN)}>
            Show {Math.min(more, SHOWN)} more of {number(more)}
          </button>
        </p>
      )}
    </Section>
  );
}

function Parent({ id, isAwaited }: { id: string; isAwaited: boolean }) {
  const { data, problem } = useQuery<Task>(pathTo(['tasks', id]), { every: isAwaited ? 3_000 : 0 });
  return (
    <li>
      <a class="code cut" href={taskPlace(id)}>
        {id}
      </a>
      {data && <StateMark state={data.state} />}
      {problem?.status === 404 && <StateMark state="pruned" word="ended, its record is gone" />}
      <span class="quiet cut">{data && (data.error?.message ?? data.handler)}</span>
    </li>
  );
}

function Children({ id }: { id: string }) {
  const found = useSignal<Found | null>(null);
  const isUnderWay = useSignal(false);
  const look = async (over?: AbortSignal): Promise<void> => {
    if (isUnderWay.value) return;
    isUnderWay.value = true;
    try {
      const before = found.value;
      const cursor = before?.nextCursor ?? undefined;
      const path = pathTo(['tasks'], { parent: id, limit: SHOWN, cursor });
      const page = await ask<Found>(path, over ? { signal: over } : {});
      found.value = {
        items: [...(before?.items ?? []), ...page.items],
        nextCursor: page.nextCursor,
        scanned: (before?.scanned ?? 0) + (page.scanned ?? 0),
      };
    } catch {
      // The banner tells of an outage.
    } finally {
      isUnderWay.value = false;
    }
  };
  useEffect(() => {
    const over = new AbortController();
    void (async () => {
      for (let looks = 0; looks < LOOKS && !over.signal.aborted; looks += 1) {
        await look(over.signal);
        if (!found.value?.nextCursor || found.value.items.length > 0) return;
      }
    })();
    return () => over.abort();
  }, [id]);
  const { items = [], nextCursor, scanned = 0 } = found.value ?? {};
  if (items.length === 0 && !nextCursor) return null;
  return (
    <Section
      title="Children"
      beside={
        nextCursor ? `${items.length || 'none'} among the first ${number(scanned)} tasks` : items.length
      }
      actions={
        <a class="button small" href={`tasks?parent=${encodeURIComponent(id)}`}>
          Show as a list
        </a>
      }
    >
      <ul class="family">
        {items.map((one) => (
          <li key={one.id}>
            <a class="code cut" href={taskPlace(one.id)}>
              {one.id}
            </a>
            <StateMark state={one.state} />
            <span class="quiet cut">{one.error?.message ?? one.handler}</span>
          </li>
        ))}
      </ul>
      {nextCursor && (
        <p class="pad">
          <button type="button" class="button small" disabled={isUnderWay.value} onClick={() => void look()}>
            Look further
          </button>
        </p>
      )}
    </Section>
  );
}
