/** One change: what of it differs, in a line and in full. */

import { askFirst } from '../../core/asked.js';
import type { AuditView } from '../../core/types.js';
import { type Change, changesOf, valueText } from '../../core/values.js';
import { Facts } from '../../parts/page.js';
import { Time } from '../../parts/time.js';

const SHOWN = 6;

/** state enabled → paused, reason books are being closed */
export function ChangeWords({ of: { before, after } }: { of: AuditView }) {
  const changes = changesOf(before, after).filter(saysSomething);
  return (
    <span class="change-words">
      {changes.slice(0, SHOWN).map((change) => (
        <span key={change.field}>
          <span class="quiet">{change.field}</span> <Values of={change} />
        </span>
      ))}
    </span>
  );
}

/** What is new and empty is left to the dialog. */
const saysSomething = (change: Change): boolean =>
  Object.hasOwn(change, 'before') ||
  !['0', 'false', 'null', '[]', '""'].includes(JSON.stringify(change.after));

function Values({ of }: { of: Change }) {
  const isKept = Object.hasOwn(of, 'after');
  return (
    <>
      {Object.hasOwn(of, 'before') && (
        <>
          <del>{valueText(of.before)}</del>
          {isKept && <span class="quiet"> → </span>}
        </>
      )}
      {isKept && <ins>{valueText(of.after)}</ins>}
    </>
  );
}

/** In the dialog, with everything that the entry says. */
export function showEntry(entry: AuditView): void {
  const { at, by, action, subject, before, after, requestId } = entry;
  const changes = changesOf(before, after);
  askFirst({
    title: action,
    action: 'Close',
    isOnlyShown: true,
    body: () => (
      <>
        <Facts
          of={[
            ['Of', subject],
            ['By', by],
            ['When', <Time at={at} as="both" />],
            ['Request', <code>{requestId}</code>],
          ]}
        />
        {changes.length === 0 ? (
          <p class="quiet">It tells no fields.</p>
        ) : (
          <table class="changes">
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">Before</th>
                <th scope="col">After</th>
              </tr>
            </thead>
            <tbody>
              {changes.map(({ field, ...change }) => (
                <tr key={field}>
                  <th scope="row">{field}</th>
                  <td>{Object.hasOwn(change, 'before') && <del>{fullText(change.before)}</del>}</td>
                  <td>{Object.hasOwn(change, 'after') && <ins>{fullText(change.after)}</ins>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </>
    ),
    run: async () => {},
  });
}

const fullText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
