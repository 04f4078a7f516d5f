/** One operation: how far it has come, who began it, and its end. */

import { signal } from '@preact/signals';
import { pathTo, post } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import { useQuery } from '../../core/query.js';
import type { OperationView } from '../../core/types.js';
import { number } from '../../core/words.js';
import type { PageProps } from '../../pages.js';
import { ActionButton } from '../../parts/action-button.js';
import { TextField } from '../../parts/fields.js';
import { Facts, NotFound, Page, Trouble } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';
import '../task/task.css';

export default function Operation({ params: { id = '' } }: PageProps) {
  const { data, problem, refresh } = useQuery<OperationView>(pathTo(['operations', id]), {
    every: 1_500,
    wakes: ({ type, operation }) => type === 'operation.changed' && operation === id,
  });
  if (problem?.status === 404) return <NotFound what={`The operation ${id}`} />;
  if (!data) return <Page title={id}>{problem && <Trouble problem={problem} />}</Page>;
  const { kind, state, done, failed, matched, filter, perMinute, reason, createdAt, finishedAt, by } = data;
  return (
    <Page
      title={`${kind} ${id}`}
      above={<a href="operations">Operations</a>}
      beside={<StateMark state={state} />}
      actions={
        state === 'running' && (
          <ActionButton name="Abort" icon="close" isGrave onClick={() => askAbort(data, refresh)} />
        )
      }
    >
      <div>
        <progress class="progress" max={Math.max(1, matched)} value={done + failed} aria-label="Progress" />
        <p>
          <b>{number(done)}</b> of {number(matched)} done
          {failed > 0 && <>, {number(failed)} could not be</>}
        </p>
      </div>
      {data.problem && <p class="task-error">{data.problem}</p>}
      <Facts
        of={[
          ['Of what', <code>{JSON.stringify(filter)}</code>],
          ['By', by],
          ['Begun', <Time at={createdAt} as="both" />],
          finishedAt !== undefined && ['Ended', <Time at={finishedAt} as="both" />],
          perMinute !== undefined && ['Pace', `${number(perMinute)} a minute`],
          reason !== undefined && ['Reason', reason],
        ]}
      />
    </Page>
  );
}

function askAbort({ id, kind }: OperationView, onDone: () => Promise<void>): void {
  const reason = signal('');
  askFirst({
    title: `Abort the ${kind}`,
    action: 'Abort',
    isGrave: true,
    body: () => (
      <>
        <p>What it has done stays done.</p>
        <TextField label="Reason" value={reason} placeholder="kept with the operation" />
      </>
    ),
    run: async () => {
      await post(pathTo(['operations', id, 'abort']), reason.value ? { reason: reason.value } : {});
      tell('Aborted.');
      await onDone();
    },
  });
}
