/** Who changed what, and when: one entry for each change made through API, command line or dashboard. */

import { useEffect } from 'preact/hooks';
import { useLiveList } from '../../core/live-list.js';
import { navigate, query, withQuery } from '../../core/router.js';
import { useSearch } from '../../core/search.js';
import type { AuditView } from '../../core/types.js';
import { number } from '../../core/words.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page, Trouble } from '../../parts/page.js';
import { type Column, Table } from '../../parts/table.js';
import { Time } from '../../parts/time.js';
import { ChangeWords, showEntry } from './entry.js';
import './audit.css';

const COLUMNS: readonly Column<AuditView>[] = [
  { head: 'When', cell: ({ at }) => <Time at={at} />, width: '96px' },
  { head: 'By', cell: ({ by }) => by, width: '100px', hide: 'phone' },
  {
    head: 'What',
    cell: (entry) => (
      <button type="button" class="audit-action" onClick={() => showEntry(entry)}>
        {entry.action}
      </button>
    ),
    width: 'min(160px, 38vw)',
  },
  { head: 'Of', cell: ({ subject }) => <span title={subject}>{subject}</span>, width: '22%' },
  { head: 'Change', cell: (entry) => <ChangeWords of={entry} />, hide: 'phone' },
];

const PATH = 'v1/audit?limit=200';
/** Entries that are read without being asked to, until a filter has found a few. */
const BY_ITSELF = 4_000;
const A_FEW = 20;
/** Of new tasks there may be very many. */
const NO_NEW_TASKS = 'changes';
const NEW_TASKS = /^tasks?\.enqueue$/;

/** What somebody looks for, in everything that an entry says. */
const fits = (entry: AuditView, text: string): boolean =>
  JSON.stringify(entry).toLowerCase().includes(text.toLowerCase());

export default function Audit() {
  const { rows: all, problem, fresh, showFresh, more, loadMore } = useLiveList<AuditView>(PATH, keyOf, 5_000);
  const text = query.value.get('q') ?? '';
  const action = query.value.get('action') ?? '';
  useSearch('Search the audit', text, (q) => navigate(withQuery({ q: q || undefined }), { replace: true }));
  const isWanted = (entry: AuditView): boolean =>
    action === '' || (action === NO_NEW_TASKS ? !NEW_TASKS.test(entry.action) : entry.action === action);
  const rows = all?.filter((entry) => isWanted(entry) && (text === '' || fits(entry, text)));
  const actions = [
    ...new Set([
      ...(all ?? []).map((entry) => entry.action),
      ...(action && action !== NO_NEW_TASKS ? [action] : []),
    ]),
  ].sort();
  const isSought = action !== '' || text !== '';
  const readsOn = isSought && more && (rows?.length ?? A_FEW) < A_FEW && (all?.length ?? 0) < BY_ITSELF;
  useEffect(() => {
    if (readsOn) loadMore();
  }, [readsOn, all?.length]);
  return (
    <Page
      title="Audit"
      beside={
        rows &&
        all?.length !== 0 && (
          <>
            <span class="quiet">
              {number(rows.length)}
              {rows.length !== all?.length && ` of ${number(all?.length ?? 0)}`}
              {more ? ', older ones below' : ' in all'}
            </span>
            {fresh > 0 && (
              <button type="button" class="pill" onClick={showFresh}>
                {fresh} new
              </button>
            )}
          </>
        )
      }
      actions={
        actions.length > 1 && (
          <select
            class="audit-choice"
            aria-label="Only what"
            value={action}
            onChange={(event) =>
              navigate(withQuery({ action: event.currentTarget.value || undefined }), { replace: true })
            }
          >
            <option value="">everything</option>
            <option value={NO_NEW_TASKS}>all but new tasks</option>
            {actions.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        )
      }
    >
      {problem && problem.status !== 404 && !all && <Trouble problem={problem} />}
      {(all?.length === 0 || problem?.status === 404) && (
        <EmptyState title="Nothing was changed yet." command="carillon queues pause default">
          Each change made through API, command line or dashboard leaves one entry.
        </EmptyState>
      )}
      {rows?.length === 0 && all?.length !== 0 && (
        <p class="quiet pad">{readsOn ? 'Reading on …' : 'None of the entries that were read says this.'}</p>
      )}
      {rows && rows.length > 0 && <Table label="Audit" columns={COLUMNS} rows={rows} keyOf={keyOf} />}
      {more && !readsOn && (
        <p class="more-line">
          <button type="button" class="button small" onClick={loadMore}>
            Read on
          </button>
        </p>
      )}
    </Page>
  );
}

const keyOf = ({ requestId, subject, action, at }: AuditView): string =>
  [requestId, subject, action, at].join();
