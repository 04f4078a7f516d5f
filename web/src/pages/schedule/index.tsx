/** One schedule: when it runs, what became of each instant and why, and everything that can be done with it. */

import { useSignal } from '@preact/signals';
import { pathTo } from '../../core/api.js';
import { exact } from '../../core/payload.js';
import { handlerPlace, queuePlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import { query } from '../../core/router.js';
import { barsOf, RUNS, RunHint } from '../../core/run-bars.js';
import type { ScheduleView } from '../../core/types.js';
import { expressionOf, meaningOf, policiesOf } from '../../core/when.js';
import { number } from '../../core/words.js';
import type { PageProps } from '../../pages.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Json } from '../../parts/json.js';
import { Facts, NotFound, Page, Section, Trouble } from '../../parts/page.js';
import { RunStrip } from '../../parts/run-strip.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';
import { ScheduleActions } from './actions.js';
import { asYaml } from './as-yaml.js';
import { Backfills } from './backfills.js';
import { ScheduleCalendar } from './calendar.js';
import { Coming } from './coming.js';
import { Durations } from './durations.js';
import { EditPage } from './edit-page.js';
import { Held } from './held.js';
import { Past } from './past.js';
import { Revisions } from './revisions.js';
import '../schedules/schedules.css';
import './schedule.css';

interface Both {
  schedule: ScheduleView;
  payload: unknown;
}

const read = (text: string): Both => ({
  schedule: JSON.parse(text) as ScheduleView,
  payload: (exact(text) as { payload?: unknown } | undefined)?.payload,
});

export default function SchedulePage({ params: { id = '' } }: PageProps) {
  const { data, problem, refresh } = useQuery<Both>(pathTo(['schedules', id], { runs: RUNS }), {
    read,
    every: 3_000,
    wakes: ({ type, schedule }) => type.startsWith('schedule.') && schedule === id,
  });
  const until = useSignal<number | null>(null);
  if (problem?.status === 404) return <NotFound what={`The schedule ${id}`} />;
  if (!data) return <Page title={id}>{problem && <Trouble problem={problem} />}</Page>;
  const { schedule, payload } = data;
  if (query.value.has('edit')) return <EditPage schedule={schedule} payload={payload} />;
  const { runs, timezone, description, state } = schedule;
  return (
    <Page
      title={id}
      above={<a href="schedules">Schedules</a>}
      beside={<StateMark state={state} />}
      actions={<ScheduleActions schedule={schedule} payload={payload} onDone={refresh} />}
    >
      {description && <p class="lead">{description}</p>}
      <Standing schedule={schedule} />
      <Held schedule={schedule} onDone={refresh} />
      <div class="when">
        <p class="when-text">{meaningOf(schedule) ?? expressionOf(schedule)}</p>
        <p class="quiet">
          <code>{expressionOf(schedule)}</code> {timezone}
        </p>
      </div>
      <Section
        title="Latest runs"
        beside={
          <>
            {number(schedule.counters.fired)} fired, {number(schedule.counters.missed)} missed in all
          </>
        }
      >
        <div class="wide-strip" role="group" aria-label="Latest runs" tabIndex={0}>
          <RunStrip bars={barsOf(runs, timezone)} hint={(bar) => <RunHint {...bar} />} />
        </div>
        <Durations runs={runs ?? []} />
      </Section>
      <Backfills id={id} />
      <div class="two-columns">
        <Coming schedule={schedule} />
        <Section title="Rules">
          <dl class="rules">
            {policiesOf(schedule).map(([name, text]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </Section>
      </div>
      <ScheduleCalendar schedule={schedule} until={until} />
      <Past schedule={schedule} until={until} />
      <Section title="Definition" actions={<CopyAs schedule={schedule} payload={payload} />}>
        <Facts of={factsOf(schedule)} />
        {schedule.payloadHidden && <p class="quiet pad">This node hides payloads.</p>}
        {payload !== undefined && payload !== null && <Json value={payload} label="Payload" />}
      </Section>
      <Revisions schedule={schedule} />
    </Page>
  );
}

/** Why it does not run, or what it did not do in time. */
function Standing({ schedule: { paused, pausedBy, fault, expectations = [] } }: { schedule: ScheduleView }) {
  const missed = expectations.filter(({ state }) => state === 'missed');
  if (!paused && !fault && missed.length === 0) return null;
  return (
    <div class="standing">
      {paused && (
        <p>
          <StateMark state="paused" word={false} /> Paused by <b>{pausedBy}</b>
          {paused.at && (
            <>
              {' '}
              <Time at={paused.at} />
            </>
          )}
          {paused.until && (
            <>
              , until <Time at={paused.until} as="both" />
            </>
          )}
          {paused.reason && <>: {paused.reason}</>}
        </p>
      )}
      {fault && (
        <p>
          <StateMark state="faulty" word={false} /> Cannot be planned: {fault}
        </p>
      )}
      {missed.map(({ kind, limit, since }) => (
        <p key={kind}>
          <StateMark state="warning" word={false} /> Missed {kind} {limit}
          {since && (
            <>
              , <Time at={since} />
            </>
          )}
        </p>
      ))}
    </div>
  );
}

function factsOf(schedule: ScheduleView): Parameters<typeof Facts>[0]['of'] {
  const { source, labels = {} } = schedule;
  const file = source.file ? `${source.file}${source.line ? `:${source.line}` : ''}` : null;
  return [
    ['Handler', <a href={handlerPlace(schedule.handler)}>{schedule.handler}</a>],
    ['Queue', <a href={queuePlace(schedule.queue)}>{schedule.queue}</a>],
    ['Source', file ? <code>{file}</code> : source.kind],
    ['Set', <a href={`schedules?set=${encodeURIComponent(source.set)}`}>{source.set}</a>],
    ['Revision', `${schedule.revision}`],
    ['Changed', <Time at={schedule.updatedAt} as="both" />],
    schedule.owner && ['Owner', schedule.owner],
    schedule.priority && schedule.priority !== 'normal' && ['Priority', schedule.priority],
    schedule.startAt && ['From', <Time at={schedule.startAt} zone={schedule.timezone} as="clock" />],
    schedule.endAt && ['To', <Time at={schedule.endAt} zone={schedule.timezone} as="clock" />],
    source.commit && ['Commit', <code>{source.commit}</code>],
    Object.keys(labels).length > 0 && [
      'Labels',
      <span class="chips">
        {Object.entries(labels).map(([name, value]) => (
          <a key={name} class="chip" href={`schedules?label=${encodeURIComponent(`${name}=${value}`)}`}>
            {name}={value}
          </a>
        ))}
      </span>,
    ],
  ];
}

function CopyAs({ schedule, payload }: Both) {
  const { id } = schedule;
  const curl = `curl -X POST ${new URL(pathTo(['schedules', id, 'trigger']), document.baseURI)}`;
  return (
    <>
      {!schedule.payloadHidden && (
        <CopyButton text={() => asYaml(schedule, payload)} label="Copy as a schedule file" words="YAML" />
      )}
      <CopyButton text={`carillon schedules show ${id}`} label="Copy the command that shows it" words="CLI" />
      <CopyButton text={curl} label="Copy a curl command that runs it now" words="curl" />
    </>
  );
}
