/** One task: its way, its attempts, what it was given and what it answered. */

import { useRef } from 'preact/hooks';
import { pathTo } from '../../core/api.js';
import { exact } from '../../core/payload.js';
import { handlerPlace, queuePlace, schedulePlace, taskPlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import type { Task } from '../../core/types.js';
import type { PageProps } from '../../pages.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Json } from '../../parts/json.js';
import { Facts, NotFound, Page, Section, Trouble } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';
import { TaskActions } from './actions.js';
import { Attempts } from './attempts.js';
import { Family } from './family.js';
import { Logs } from './logs.js';
import { Way } from './way.js';
import './task.css';

interface Both {
  task: Task & { payloadHidden?: true };
  /** As `task`, with every number as it was written. */
  exactly: { payload?: unknown; result?: unknown; progress?: unknown };
}

const read = (text: string): Both => ({
  task: JSON.parse(text) as Both['task'],
  exactly: (exact(text) ?? {}) as Both['exactly'],
});

const ENDED = new Set(['completed', 'dead', 'cancelled']);

export default function TaskPage({ params: { id = '' } }: PageProps) {
  const hasEnded = useRef(false);
  const { data, problem, refresh } = useQuery<Both>(pathTo(['tasks', id]), {
    read,
    every: hasEnded.current ? 10_000 : 1_000,
  });
  if (problem?.status === 404) return <NotFound what={`The task ${id}`} />;
  if (!data) return <Page title={id}>{problem && <Trouble problem={problem} />}</Page>;
  const { task, exactly } = data;
  hasEnded.current = ENDED.has(task.state);
  return (
    <Page
      title={id}
      above={<a href="tasks">Tasks</a>}
      heading={<span class="code task-id">{id}</span>}
      beside={
        <>
          <CopyButton text={id} label="Copy the id" />
          <StateMark
            state={task.state}
            word={task.cancelRequested ? `${task.state}, cancel requested` : task.state}
          />
        </>
      }
      actions={
        <TaskActions
          task={task}
          payload={task.payloadHidden ? undefined : (exactly.payload ?? null)}
          onDone={refresh}
        />
      }
    >
      <Facts of={factsOf(task)} />
      {task.error && task.state !== 'completed' && <ErrorBox task={task} />}
      <Way task={task} />
      {'progress' in exactly && (
        <Section title="Progress">
          <Progress value={task.progress} />
          <Json value={exactly.progress} label="Progress" />
        </Section>
      )}
      {'result' in exactly && (
        <Section title="Result">
          <Json value={exactly.result} label="Result" />
        </Section>
      )}
      <Section title="Payload">
        {task.payloadHidden ? (
          <p class="quiet pad">This node hides payloads, results and progress.</p>
        ) : (
          <Json value={exactly.payload ?? null} label="Payload" />
        )}
      </Section>
      <Attempts task={task} />
      <Family task={task} />
      <Logs task={task} />
    </Page>
  );
}

function factsOf(task: Task): Parameters<typeof Facts>[0]['of'] {
  const { schedule, madeBy, waitingFor, uniqueKey, concurrencyKey, labels, reason } = task;
  return [
    ['Handler', <a href={handlerPlace(task.handler)}>{task.handler}</a>],
    ['Queue', <a href={queuePlace(task.queue)}>{task.queue}</a>],
    ['Attempt', `${task.attempt}, ${task.failures} of ${task.maxAttempts} failures`],
    ['Priority', task.priority],
    ['Created', <Time at={task.createdAt} as="both" />],
    ['Due', <Time at={task.dueAt} as="both" />],
    schedule && [
      'Schedule',
      <>
        <a href={schedulePlace(schedule.id)}>{schedule.id}</a>{' '}
        <span class="quiet">
          for <Time at={schedule.nominalAt} as="clock" />
          {schedule.kind !== 'live' && `, ${schedule.kind}`}
        </span>
      </>,
    ],
    madeBy && [
      'Made by',
      <>
        <a class="code" href={taskPlace(madeBy.taskId)}>
          {madeBy.taskId}
        </a>{' '}
        <span class="quiet">in its attempt {madeBy.attempt}</span>
      </>,
    ],
    reason !== undefined && ['Reason', reason],
    uniqueKey !== undefined && ['Unique key', <code>{uniqueKey}</code>],
    concurrencyKey !== undefined && [
      'Key',
      <a href={`tasks?key=${encodeURIComponent(concurrencyKey)}`}>
        <code>{concurrencyKey}</code>
      </a>,
    ],
    waitingFor && ['Waits for', <Ids ids={waitingFor} />],
    Object.keys(labels).length > 0 && [
      'Labels',
      <span class="chips">
        {Object.entries(labels).map(([name, value]) => (
          <a key={name} class="chip" href={`tasks?label=${encodeURIComponent(`${name}=${value}`)}`}>
            {name}={value}
          </a>
        ))}
      </span>,
    ],
  ];
}

function Ids({ ids }: { ids: readonly string[] }) {
  return (
    <>
      {ids.slice(0, 20).map((id) => (
        <a key={id} class="code block" href={taskPlace(id)}>
          {id}
        </a>
      ))}
      {ids.length > 20 && <span class="quiet">and {ids.length - 20} more</span>}
    </>
  );
}

function ErrorBox({ task: { error, state } }: { task: Task }) {
  if (!error) return null;
  return (
    <div class={`task-error ${state === 'dead' ? 'is-dead' : ''}`}>
      <p>
        <b>{error.message}</b>
      </p>
      {error.code !== undefined && <code>{String(error.code)}</code>}
    </div>
  );
}

/** A share, where a number between 0 and 100 was said, alone or as `percent`. */
function Progress({ value }: { value: unknown }) {
  const said = typeof value === 'object' && value !== null && 'percent' in value ? value.percent : value;
  if (typeof said !== 'number' || said < 0 || said > 100) return null;
  return <progress class="progress" max={100} value={said} aria-label="Progress" />;
}
