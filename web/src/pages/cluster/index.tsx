/** Scheduler nodes and their clocks, Redis, who led and why that changed, and the file sets they apply. */

import { post } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import { useQuery } from '../../core/query.js';
import type { ClusterView, NodeView } from '../../core/types.js';
import { bytes, number, plural } from '../../core/words.js';
import { ActionButton } from '../../parts/action-button.js';
import { Facts, Page, Section, Trouble } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { type Column, Table } from '../../parts/table.js';
import { Time } from '../../parts/time.js';
import { Leaders } from './leaders.js';
import { Sets } from './sets.js';
import './cluster.css';

/** ms that a clock may be off before somebody should look at it: logs and times shown are wrong by as much. */
const TOO_FAR = 500;

const COLUMNS: readonly Column<NodeView>[] = [
  { head: 'Node', cell: ({ name }) => <span class="name">{name}</span> },
  { head: 'Role', cell: ({ role }) => <StateMark state={role} />, isState: true },
  { head: 'Host', cell: ({ host, pid }) => `${host}, pid ${pid}`, width: '20%', hide: 'phone' },
  {
    head: 'Version',
    cell: ({ version, release }) => (
      <>
        {version}
        {release && <span class="quiet">, {release}</span>}
      </>
    ),
    width: '16%',
    hide: 'phone',
  },
  { head: 'Heard of', cell: ({ seenAt }) => <Time at={seenAt} />, width: '110px', hide: 'narrow' },
  {
    head: 'Clock',
    cell: ({ clockOffsetMs }) => <Offset ms={clockOffsetMs} />,
    width: '104px',
    isNumber: true,
  },
  { head: 'Up since', cell: ({ startedAt }) => <Time at={startedAt} />, width: '124px', hide: 'phone' },
];

/** Nothing is decided by it: that is what Redis time is for. */
function Offset({ ms }: { ms: number | undefined }) {
  if (ms === undefined) return <span class="quiet">–</span>;
  const text = `${ms > 0 ? '+' : ms < 0 ? '−' : ''}${number(Math.abs(ms))} ms`;
  return (
    <span
      class={Math.abs(ms) >= TOO_FAR ? 'chip warns' : undefined}
      title="The clock of its machine against Redis. Runs go by Redis time; logs go by this clock."
    >
      {text}
    </span>
  );
}

export default function Cluster() {
  const { data, problem, refresh } = useQuery<ClusterView>('v1/cluster', {
    every: 3_000,
    wakes: ({ type }) => type.startsWith('leader.'),
  });
  return (
    <Page
      title="Cluster"
      beside={data && <span class="quiet">{plural(data.nodes.length, 'node')}</span>}
      actions={
        data?.leader && (
          <ActionButton
            name="Step down"
            isGrave
            isDisabled={data.nodes.length < 2}
            title={data.nodes.length < 2 ? 'There is no other node that could lead' : undefined}
            onClick={() => askStepDown(data, refresh)}
          />
        )
      }
    >
      {problem && !data && <Trouble problem={problem} />}
      {data && (
        <>
          <Section title="Nodes" beside={data.leader ? `term ${data.leader.term}` : 'no node leads just now'}>
            <Table label="Nodes" columns={COLUMNS} rows={data.nodes} keyOf={({ id, name }) => id ?? name} />
            {data.nodes.length === 1 && (
              <p class="quiet pad">
                One node alone: while it is away nothing new is planned. A second one takes over within
                seconds: <code>carillon start --redis …</code> on another machine.
              </p>
            )}
          </Section>
          <Section title="Redis">
            <Facts
              of={[
                ['Version', data.redis.version],
                ['Memory', bytes(data.redis.usedMemory)],
                ['Clients', number(data.redis.connectedClients)],
              ]}
            />
          </Section>
        </>
      )}
      <Leaders />
      <Sets />
    </Page>
  );
}

function askStepDown({ leader }: ClusterView, onDone: () => Promise<void>): void {
  askFirst({
    title: `${leader?.node} steps down`,
    action: 'Step down',
    body: () => (
      <p>
        It hands the lead over at once, and another node takes it. Runs that are planned fire on time
        meanwhile.
      </p>
    ),
    run: async () => {
      await post('v1/cluster/step-down');
      tell('It has handed over.');
      await onDone();
    },
  });
}
