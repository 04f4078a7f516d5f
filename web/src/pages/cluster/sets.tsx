/** File sets: what of each is in force, what is held and why, which files are not valid, and earlier revisions. */

import { useSignal } from '@preact/signals';
import { pathTo, post } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import { useQuery } from '../../core/query.js';
import type { Page as Items, SetView } from '../../core/types.js';
import { plural } from '../../core/words.js';
import { ActionButton } from '../../parts/action-button.js';
import { Section } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';
import { Revisions } from './revisions.js';

type Held = NonNullable<SetView['held']>;

const PROBLEMS = 5;

export function Sets() {
  const { data, refresh } = useQuery<Items<SetView>>('v1/sets', {
    every: 10_000,
    wakes: ({ type }) => type.startsWith('set.'),
  });
  if (!data || data.items.length === 0) return null;
  return (
    <Section title="File sets">
      <ul class="sets">
        {data.items.map((one) => (
          <FileSet key={one.set} of={one} onDone={refresh} />
        ))}
      </ul>
    </Section>
  );
}

function FileSet({ of, onDone }: { of: SetView; onDone: () => Promise<void> }) {
  const { set, state, schedules = 0, release, environment, directory, nodes, node, appliedAt } = of;
  const { held, problems, conflicts, revision } = of;
  const isOpen = useSignal(false);
  const isWell = !held && problems.length === 0 && conflicts.length === 0;
  return (
    <li>
      <div class="set-line">
        <StateMark
          state={isWell ? 'ok' : 'warning'}
          word={false}
          title={isWell ? 'well' : 'wants a person'}
        />
        <b>
          <a href={`schedules?set=${encodeURIComponent(set)}`}>{set}</a>
        </b>
        <span class="quiet">
          {state === 'none' ? 'nothing is in force' : `${plural(schedules, 'schedule')} ${state}`}
          {appliedAt && (
            <>
              {' '}
              <Time at={appliedAt} />
            </>
          )}
          {release && `, release ${release}`}
          {environment && `, ${environment}`}
        </span>
        <span class="quiet cut">
          {directory ? `${directory}, ` : ''}
          {nodes.length > 0
            ? nodes.map(({ name }) => name).join(', ')
            : node === 'api'
              ? 'sent by API'
              : node}
        </span>
        <button
          type="button"
          class="button small"
          aria-expanded={isOpen.value}
          disabled={revision === undefined}
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          Revisions
        </button>
      </div>
      {held && <HeldProposal set={set} held={held} onDone={onDone} />}
      {problems.slice(0, PROBLEMS).map(({ node: where, pointer, detail }) => (
        <p key={where + pointer + detail} class="set-note bad">
          <b>{where}</b>: {pointer}: {detail}
        </p>
      ))}
      {problems.length > PROBLEMS && (
        <p class="set-note bad">and {plural(problems.length - PROBLEMS, 'more problem')}</p>
      )}
      {conflicts.length > 0 && (
        <p class="set-note">
          Left aside, as they belong to somebody else: {conflicts.map(({ id }) => id).join(', ')}
        </p>
      )}
      {isOpen.value && <Revisions set={set} current={revision} onDone={onDone} />}
    </li>
  );
}

/** What waits for a person, and the button that lets it come into force. */
export function HeldProposal({
  set,
  held,
  onDone,
}: {
  set: string;
  held: Held;
  onDone: () => Promise<void>;
}) {
  const { because, difference, release, node, proposedAt, schedules } = held;
  return (
    <div class="set-note set-held">
      <div>
        <p>
          <b>A proposal is held</b>: {because}.
        </p>
        <p class="quiet">
          {plural(schedules, 'schedule')}
          {release && `, release ${release}`}, from {node === 'api' ? 'the API' : node}{' '}
          <Time at={proposedAt} />
        </p>
        <Differences of={difference} />
      </div>
      <ActionButton name="Apply" isPrimary onClick={() => askApply(set, held, onDone)} />
    </div>
  );
}

/** What would come, change and go, by name. */
function Differences({ of: { ids, ...counts } }: { of: Held['difference'] }) {
  const kinds = (['created', 'changed', 'removed'] as const).filter((kind) => counts[kind] > 0);
  if (kinds.length === 0) return null;
  return (
    <ul class="differences">
      {kinds.map((kind) => (
        <li key={kind} class={`change tone-${TONES[kind]}`}>
          {counts[kind]} {kind}: <span class="quiet">{ids[kind].join(', ')}</span>
          {counts[kind] > ids[kind].length && <span class="quiet"> …</span>}
        </li>
      ))}
    </ul>
  );
}

const TONES = { created: 'completed', changed: 'retrying', removed: 'dead' } as const;

function askApply(set: string, held: Held, onDone: () => Promise<void>): void {
  const { digest, because, difference } = held;
  askFirst({
    title: `Apply the held proposal of ${set}`,
    action: 'Apply',
    isGrave: difference.removed > 0,
    body: () => (
      <>
        <p>It is held because {because}.</p>
        <Differences of={difference} />
      </>
    ),
    run: async () => {
      await post(pathTo(['sets', set, 'apply']), { digest });
      tell(`The proposal of ${set} comes into force.`);
      await onDone();
    },
  });
}
