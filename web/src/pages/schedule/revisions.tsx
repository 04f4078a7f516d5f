/** Its latest revisions: who changed what and when, and which runs came, went or moved by it. */

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { pathTo } from '../../core/api.js';
import { useQuery } from '../../core/query.js';
import type { ScheduleView } from '../../core/types.js';
import { plural } from '../../core/words.js';
import { Section, Trouble } from '../../parts/page.js';
import { type ChangedRuns, type Some, SomeList } from '../../parts/some.js';
import { Time } from '../../parts/time.js';

interface Field {
  field: string;
  before?: unknown;
  after?: unknown;
}

interface Revision {
  revision: number;
  at: string;
  by: string;
  did?: 'paused' | 'resumed';
  release?: string;
  fields?: Field[];
}

interface Detail extends Revision {
  before?: number;
  runs?: ChangedRuns;
}

export function Revisions({ schedule: { id, revision, timezone } }: { schedule: ScheduleView }) {
  const { data } = useQuery<{ items: Revision[] }>(pathTo(['schedules', id, 'revisions']), {
    every: 0,
    wakes: ({ type, schedule }) => type.startsWith('schedule.') && schedule === id,
  });
  if (!data || data.items.length === 0) return null;
  return (
    <Section title="Revisions">
      <ol class="revisions">
        {data.items.map((one, i) => (
          <OneRevision
            key={one.revision}
            id={id}
            one={one}
            isInForce={one.revision === revision}
            isOldest={i === data.items.length - 1}
            zone={timezone}
          />
        ))}
      </ol>
    </Section>
  );
}

function OneRevision({
  id,
  one,
  isInForce,
  isOldest,
  zone,
}: {
  id: string;
  one: Revision;
  isInForce: boolean;
  isOldest: boolean;
  zone: string | undefined;
}) {
  const isOpen = useSignal(false);
  return (
    <li>
      <div class="revision-line">
        <code class="quiet">{one.revision}</code>
        <Time at={one.at} as="both" />
        <span class="quiet">
          by {one.by}
          {one.release && `, release ${one.release}`}
        </span>
        {isInForce && <span class="chip">in force</span>}
        <span class="cut">{isOldest && !one.fields ? 'as far back as is kept' : summaryOf(one)}</span>
        <button
          type="button"
          class="link-button why"
          aria-expanded={isOpen.value}
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          What it did
        </button>
      </div>
      {isOpen.value && <Changes id={id} revision={one.revision} zone={zone} />}
    </li>
  );
}

function summaryOf({ did, fields }: Revision): string {
  if (did) return did;
  if (!fields) return '';
  return fields.length === 0 ? 'skips, or who owns it' : fields.map(({ field }) => field).join(', ');
}

function Changes({ id, revision, zone }: { id: string; revision: number; zone: string | undefined }) {
  const path = pathTo(['schedules', id, 'revisions', String(revision)]);
  const { data, problem } = useQuery<Detail>(path, { every: 0 });
  if (!data) return problem ? <Trouble problem={problem} /> : <p class="quiet">…</p>;
  const { fields = [], runs } = data;
  return (
    <div class="revision" role="group" aria-label={`What revision ${revision} did`}>
      {fields.length > 0 && (
        <dl class="rules">
          {fields.map(({ field, before, after }) => (
            <div key={field}>
              <dt>{field}</dt>
              <dd>
                {before !== undefined && <s class="quiet">{JSON.stringify(before)}</s>}{' '}
                {after !== undefined && JSON.stringify(after)}
                {before === undefined && after === undefined && <span class="quiet">another one</span>}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {runs ? (
        <Runs runs={runs} zone={zone} />
      ) : (
        <p class="quiet">What was before it is not kept any more.</p>
      )}
    </div>
  );
}

function Runs({ runs, zone }: { runs: NonNullable<Detail['runs']>; zone: string | undefined }) {
  const { added, removed, moved, before, after, until } = runs;
  const isSame = added.count + removed.count + moved.count === 0;
  return (
    <>
      <p>
        <b>{plural(after, 'run')}</b> until <Time at={until} zone={zone} as="clock" />
        <span class="quiet">, {before} before it</span>
        {isSame && '; all of them at the same times'}
      </p>
      <Kind words="added" tone="completed" of={added}>
        {(at) => <Time at={at} zone={zone} as="clock" />}
      </Kind>
      <Kind words="removed" tone="dead" of={removed}>
        {(at) => <Time at={at} zone={zone} as="clock" />}
      </Kind>
      <Kind words="moved" tone="retrying" of={moved}>
        {({ from, to }) => (
          <>
            <Time at={from} zone={zone} as="clock" /> → <Time at={to} zone={zone} as="clock" />
          </>
        )}
      </Kind>
    </>
  );
}

function Kind<Item>({
  words,
  tone,
  of,
  children,
}: {
  words: string;
  tone: string;
  of: Some<Item>;
  children: (item: Item) => ComponentChildren;
}) {
  if (of.count === 0) return null;
  return (
    <div class={`run-change tone-${tone}`}>
      <b>
        {plural(of.count, 'run')} {words}
      </b>
      <SomeList of={of}>{children}</SomeList>
    </div>
  );
}
