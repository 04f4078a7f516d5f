/** What was in force of a file set before, and the way back to it. */

import { pathTo, post } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import { useQuery } from '../../core/query.js';
import type { Page, SetRevision } from '../../core/types.js';
import { plural } from '../../core/words.js';
import { ActionButton } from '../../parts/action-button.js';
import { Time } from '../../parts/time.js';

const SHOWN = 12;

export function Revisions({
  set,
  current,
  onDone,
}: {
  set: string;
  current: number | undefined;
  onDone: () => Promise<void>;
}) {
  const { data, refresh } = useQuery<Page<SetRevision>>(pathTo(['sets', set, 'revisions']), {
    every: 10_000,
    wakes: ({ type }) => type.startsWith('set.'),
  });
  const done = async (): Promise<void> => {
    await Promise.all([refresh(), onDone()]);
  };
  return (
    <ol class="set-revisions">
      {data?.items.slice(0, SHOWN).map(({ revision, at, by, schedules, release, commit, restores }) => (
        <li key={revision}>
          <b>{revision}</b>
          <span>
            <Time at={at} as="both" />
          </span>
          <span class="quiet">
            {plural(schedules, 'schedule')}
            {release && `, release ${release}`}
            {commit && `, ${commit.slice(0, 12)}`}, by {by}
            {restores !== undefined && `, brings back ${restores}`}
          </span>
          {revision === current ? (
            <span class="chip">in force</span>
          ) : (
            <ActionButton name="Roll back" onClick={() => askRollback(set, revision, done)} />
          )}
        </li>
      ))}
    </ol>
  );
}

function askRollback(set: string, revision: number, onDone: () => Promise<void>): void {
  askFirst({
    title: `Roll ${set} back to revision ${revision}`,
    action: 'Roll back',
    isGrave: true,
    body: () => (
      <p>
        The schedules of that revision come into force again. What is in force now is held when a node puts it
        forward, unless its release is higher.
      </p>
    ),
    run: async () => {
      await post(pathTo(['sets', set, 'rollback']), { revision });
      tell(`${set} goes back to revision ${revision}.`);
      await onDone();
    },
  });
}
