/** A proposal of the schedule's file set that is held, and what it would do to this schedule. */

import { pathTo } from '../../core/api.js';
import { useQuery } from '../../core/query.js';
import type { ScheduleView, SetView } from '../../core/types.js';
import { HeldProposal } from '../cluster/sets.js';
import '../cluster/cluster.css';

export function Held({
  schedule: { id, source },
  onDone,
}: {
  schedule: ScheduleView;
  onDone: () => Promise<void>;
}) {
  const path = source.kind === 'file' ? pathTo(['sets', source.set]) : null;
  const { data, refresh } = useQuery<SetView>(path, {
    every: 15_000,
    wakes: ({ type, set }) => type.startsWith('set.') && set === source.set,
  });
  if (!data?.held) return null;
  const { ids } = data.held.difference;
  const verb = ids.changed.includes(id) ? 'changes' : ids.removed.includes(id) ? 'removes' : null;
  return (
    <div class="held">
      <p>
        {verb
          ? `The set ${source.set} has a proposal that ${verb} this schedule:`
          : `Of its set ${source.set}:`}
      </p>
      <HeldProposal
        set={source.set}
        held={data.held}
        onDone={async () => {
          await Promise.all([refresh(), onDone()]);
        }}
      />
    </div>
  );
}
