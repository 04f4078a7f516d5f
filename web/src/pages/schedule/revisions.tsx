/** Its latest revisions: who changed it, and when. */

import { pathTo } from '../../core/api.js';
import { useQuery } from '../../core/query.js';
import { Section } from '../../parts/page.js';
import { Time } from '../../parts/time.js';

interface Revision {
  revision: number;
  at: string;
  by?: string;
  digest?: string;
  release?: string;
}

export function Revisions({ id, revision }: { id: string; revision: number }) {
  const { data } = useQuery<{ items: Revision[] }>(pathTo(['schedules', id, 'revisions']), {
    every: 0,
    wakes: ({ type, schedule }) => type === 'schedule.changed' && schedule === id,
  });
  if (!data || data.items.length === 0) return null;
  return (
    <Section title="Revisions">
      <ol class="revisions">
        {data.items.map((one) => (
          <li key={one.revision}>
            <b>{one.revision}</b>
            <Time at={one.at} as="both" />
            <span class="quiet">
              {one.by}
              {one.release && `, release ${one.release}`}
              {one.revision === revision && ', in force'}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
