/** The strip above every view: the search, how many tasks stand where, who leads, and whether the page follows. */

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useQuery } from '../core/query.js';
import { navigate, path, query } from '../core/router.js';
import { viewSearch } from '../core/search.js';
import { TASK_STATES } from '../core/states.js';
import type { ClusterView, Counts } from '../core/types.js';
import { live } from '../core/visible.js';
import { number, short } from '../core/words.js';
import { Icon } from '../parts/icon.js';
import { StateMark } from '../parts/state-mark.js';

export function Strip() {
  return (
    <header class="strip">
      <SearchBox />
      <StateCounts />
      <div class="strip-end">
        <Leader />
        <LiveSwitch />
      </div>
    </header>
  );
}

const TYPING = 250;

function SearchBox() {
  const own = viewSearch.value;
  const text = useSignal('');
  const box = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const label = own?.label ?? 'Search tasks';
  useEffect(() => {
    // What somebody types is not overtaken by the address it leads to.
    if (document.activeElement !== box.current) text.value = own?.text ?? '';
  }, [own?.text, own?.label]);
  const search = (now: string): void => {
    clearTimeout(timer.current);
    if (own) own.onText(now.trim());
  };
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (own) search(text.value);
        else if (text.value.trim()) navigate(`tasks?q=${encodeURIComponent(text.value.trim())}`);
      }}
    >
      <Icon name="search" />
      <input
        ref={box}
        type="search"
        aria-label={label}
        placeholder={label}
        value={text.value}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          clearTimeout(timer.current);
          if (own) timer.current = setTimeout(() => search(text.value), TYPING);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          text.value = '';
          search('');
          box.current?.blur();
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}

function StateCounts() {
  const { data: counts } = useQuery<Counts>('v1/tasks/counts', { every: 3_000 });
  const chosen = path.value === '/tasks' ? query.value.getAll('state') : [];
  return (
    <nav class="counts" aria-label="Tasks by state">
      <ul>
        {TASK_STATES.map((state) => {
          const count = counts?.[state];
          return (
            <li key={state}>
              <a
                href={`tasks?state=${state}`}
                class={count === 0 ? 'zero' : undefined}
                title={count === undefined ? state : `${number(count)} ${state}`}
                aria-current={chosen.length === 1 && chosen[0] === state ? 'true' : undefined}
              >
                <StateMark state={state} />
                <b>{count === undefined ? '–' : short(count)}</b>
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function Leader() {
  const { data } = useQuery<ClusterView>('v1/cluster', {
    every: 5_000,
    wakes: ({ type }) => type.startsWith('leader.'),
  });
  const leader = data?.leader;
  return (
    <a
      class={`leader ${data && !leader ? 'none' : ''}`}
      href="cluster"
      title={leader ? `Leader ${leader.node}, term ${leader.term}` : 'No node leads just now'}
    >
      <Icon name="bell" size={14} />
      <span class="unseen">leader </span>
      <span class="leader-name">{data ? (leader?.node ?? 'no leader') : '…'}</span>
    </a>
  );
}

function LiveSwitch() {
  return (
    <button
      type="button"
      role="switch"
      class="live"
      aria-checked={live.value}
      title={live.value ? 'Follows what happens; switch it off to hold the page still' : 'Holds still'}
      onClick={() => {
        live.value = !live.value;
      }}
    >
      <i aria-hidden="true" />
      Live
    </button>
  );
}
