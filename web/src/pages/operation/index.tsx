/** One operation: how far it has come, who began it, and its end. */

import { signal } from '@preact/signals';
import { pathTo, post } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import { useQuery } from '../../core/query.js';
import type { OperationView } from '../../core/types.js';
import { length, number } from '../../core/words.js';
import type { PageProps } from '../../pages.js';
import { ActionButton } from '../../parts/action-button.js';
import { TextField } from '../../parts/fields.js';
import { FilterChips } from '../../parts/filter-chips.js';
import { Facts, NotFound, Page, Trouble } from '../../parts/page.js';
import { Progress } from '../../parts/progress.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';
import '../operations/operations.css';

export default function Operation({ params: { id = '' } }: PageProps) {
  const { data, problem, refresh } = useQuery<OperationView>(pathTo(['operations', id]), {
    every: 1_500,
    wakes: ({ type, operation }) => type === 'operation.changed' && operation === id,
  });
  if (problem?.status === 404) return <NotFound what={`The operation ${id}`} />;
  if (!data) return <Page title={id}>{problem && <Trouble problem={problem} />}</Page>;
  const { kind, state, done, failed, matched, filter, perMinute, reason, createdAt, finishedAt, by } = data;
  const left = matched - done - failed;
  return (
    <Page
      title={`${titleOf(kind)} ${id}`}
      above={<a href="operations">Operations</a>}
      beside={<StateMark state={state} />}
      actions={
        state === 'running' && (
          <ActionButton name="Abort" icon="close" isGrave onClick={() => askAbort(data, refresh)} />
        )
      }
    >
      <div class="operation-head">
        <p>
          <b>
            {number(done)} of {number(matched)}
          </b>
          <span class="quiet">
            {share(done + failed, matched)}
            {state === 'running' && perMinute !== undefined && left > 0 && (
              <>, at least {length((left / perMinute) * 60_000)} to go</>
            )}
          </span>
          {failed > 0 && <span class="operation-failed">{number(failed)} could not be done any more</span>}
        </p>
        <Progress done={done} failed={failed} of={matched} isOver={state !== 'running'} />
      </div>
      {data.problem && <p class="trouble">{data.problem}</p>}
      <Facts
        of={[
          ['Of what', <FilterChips filter={filter} />],
          ['By', by],
          ['Begun', <Time at={createdAt} as="both" />],
          finishedAt !== undefined && ['Ended', <Time at={finishedAt} as="both" />],
          finishedAt !== undefined && ['Took', length(Date.parse(finishedAt) - Date.parse(createdAt))],
          ['Pace', perMinute === undefined ? 'as fast as it goes' : `${number(perMinute)} a minute`],
          reason !== undefined && ['Reason', reason],
        ]}
      />
    </Page>
  );
}

const titleOf = (kind: string): string => kind.charAt(0).toUpperCase() + kind.slice(1);

const share = (part: number, whole: number): string =>
  whole === 0 ? 'nothing to do' : `${Math.floor((part / whole) * 100)} %`;

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
