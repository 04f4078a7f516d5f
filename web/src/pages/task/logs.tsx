/** What its attempts logged, as it comes. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ask, pathTo } from '../../core/api.js';
import type { Page, Task } from '../../core/types.js';
import { visible } from '../../core/visible.js';
import { Section } from '../../parts/page.js';
import { Time } from '../../parts/time.js';

interface Line {
  id: string;
  attempt: number;
  at: string;
  level: 'info' | 'warn' | 'error';
  message: string;
  fields?: Record<string, unknown>;
}

const EVERY = 1_500;
const MOST = 500;

export function Logs({ task: { id, state } }: { task: Task }) {
  const lines = useSignal<readonly Line[]>([]);
  const isRunning = state === 'running';
  useEffect(() => {
    const over = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const look = async (): Promise<void> => {
      try {
        if (visible.value) {
          const cursor = lines.value.at(-1)?.id;
          const path = pathTo(['tasks', id, 'logs'], { limit: MOST, cursor });
          const { items } = await ask<Page<Line>>(path, { signal: over.signal });
          if (items.length > 0) lines.value = [...lines.value, ...items].slice(-MOST);
        }
      } catch {
        // The banner tells of an outage; a task without lines is asked again.
      }
      if (isRunning && !over.signal.aborted) timer = setTimeout(() => void look(), EVERY);
    };
    void look();
    return () => {
      over.abort();
      clearTimeout(timer);
    };
  }, [id, isRunning, state]);
  if (lines.value.length === 0) return null;
  return (
    <Section title="Log" beside={`${lines.value.length} lines`}>
      <ol class="log" tabIndex={0} aria-label="Log lines">
        {lines.value.map((line) => (
          <li key={line.id} class={`level-${line.level}`}>
            <Time at={line.at} as="clock" />
            <span class="quiet">#{line.attempt}</span>
            <span>
              {line.message}
              {line.fields && <span class="quiet"> {JSON.stringify(line.fields)}</span>}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
