/** Scheduler nodes, who leads and who led and why it changed, and the file sets they apply. */

import { post } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import { useQuery } from '../../core/query.js';
import type { ClusterView, Page as Items, NodeView } from '../../core/types.js';
import { bytes, length, number, plural } from '../../core/words.js';
import { ActionButton } from '../../parts/action-button.js';
import { Facts, Page, Section, Trouble } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { type Column, Table } from '../../parts/table.js';
import { Time } from '../../parts/time.js';
import './cluster.css';

const COLUMNS: readonly Column<NodeView>[] = [
  { head: 'Node', cell: ({ name }) => <span class="name">{name}</span> },
  { head: 'Role', cell: ({ role }) => <StateMark state={role} />, isState: true },
  { head: 'Host', cell: ({ host, pid }) => `${host}, pid ${pid}`, width: '24%', hide: 'phone' },
  {
    head: 'Version',
    cell: ({ version, release }) => (release ? `${version}, ${release}` : version),
    width: '14%',
    hide: 'phone',
  },
  {
    head: 'Clock',
    cell: ({ clockOffsetMs }) =>
      clockOffsetMs === undefined ? '–' : `${clockOffsetMs > 0 ? '+' : ''}${clockOffsetMs.toFixed(1)} ms`,
    width: '104px',
    isNumber: true,
    hide: 'narrow',
  },
  { head: 'Up since', cell: ({ startedAt }) => <Time at={startedAt} />, width: '110px' },
];

interface History {
  items: {
    term: number;
    node: string;
    since: string;
    until?: string;
    lastedMs: number;
    end?: string;
    sentence: string;
    refused: number;
  }[];
  refused: number;
}

interface SetView {
  set: string;
  state: string;
  release?: string;
  held: { because: string } | null;
  problems: { node: string; pointer: string; detail: string }[];
}

export default function Cluster() {
  const { data, problem, refresh } = useQuery<ClusterView>('v1/cluster', {
    every: 3_000,
    wakes: ({ type }) => type.startsWith('leader.'),
  });
  return (
    <Page
      title="Cluster"
      actions={
        data?.leader && (
          <ActionButton
            name="Step down"
            isGrave
            onClick={() =>
              askFirst({
                title: `${data.leader?.node} steps down`,
                action: 'Step down',
                body: () => (
                  <p>
                    It hands the lead over at once; another node, or itself where there is none, takes it.
                  </p>
                ),
                run: async () => {
                  await post('v1/cluster/step-down');
                  tell('Another node leads.');
                  await refresh();
                },
              })
            }
          />
        )
      }
    >
      {problem && !data && <Trouble problem={problem} />}
      {data && (
        <>
          <Section title="Nodes" beside={data.leader ? `term ${data.leader.term}` : 'no node leads just now'}>
            <Table label="Nodes" columns={COLUMNS} rows={data.nodes} keyOf={({ id, name }) => id ?? name} />
          </Section>
          <Section title="Redis">
            <Facts
              of={[
                ['Version', data.redis.version],
                ['Memory', bytes(data.redis.usedMemory)],
                ['Clients', number(data.redis.connectedClients)],
                ['Time', <Time at={data.redis.time} as="clock" />],
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

function Leaders() {
  const { data } = useQuery<History>('v1/cluster/history', {
    every: 10_000,
    wakes: ({ type }) => type.startsWith('leader.'),
  });
  if (!data || data.items.length === 0) return null;
  return (
    <Section title="Who led" beside={`${plural(data.refused, 'write')} of earlier terms refused`}>
      <ol class="leaders">
        {data.items.map(({ term, node, since, until, lastedMs, sentence, refused }) => (
          <li key={term}>
            <StateMark state={until ? 'standby' : 'leader'} word={false} />
            <b>{node}</b>
            <span class="quiet">
              <Time at={since} as="both" />, {until ? length(lastedMs) : 'in office'}
            </span>
            <p>
              {sentence}
              {refused > 0 && <span class="chip warns">{plural(refused, 'refused write')}</span>}
            </p>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Sets() {
  const { data } = useQuery<Items<SetView>>('v1/sets', {
    every: 10_000,
    wakes: ({ type }) => type.startsWith('set.'),
  });
  if (!data || data.items.length === 0) return null;
  return (
    <Section title="File sets">
      <ul class="leaders">
        {data.items.map(({ set, state, release, held, problems }) => (
          <li key={set}>
            <StateMark state={held || problems.length > 0 ? 'warning' : 'ok'} word={false} />
            <b>
              <a href={`schedules?set=${encodeURIComponent(set)}`}>{set}</a>
            </b>
            <span class="quiet">{release ? `${state}, release ${release}` : state}</span>
            <div>
              {held && <p>A proposal is held: {held.because}</p>}
              {problems.slice(0, 5).map(({ node, pointer, detail }) => (
                <p key={node + pointer + detail}>
                  {node}: {pointer}: {detail}
                </p>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}
