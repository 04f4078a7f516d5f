/** What an edit would change: fields, and runs that come, go, or come at another time. */

import type { ComponentChildren } from 'preact';
import { valueText } from '../../core/values.js';
import { plural } from '../../core/words.js';
import { type ChangedRuns, type Some, SomeList } from '../../parts/some.js';
import { Time } from '../../parts/time.js';

export interface EditPreview {
  id: string;
  action: 'create' | 'change' | 'none';
  fields: { field: string; before?: unknown; after?: unknown }[];
  runs: ChangedRuns;
  warnings: { pointer: string; detail: string }[];
}

export function Preview({ preview: { action, fields, runs, warnings } }: { preview: EditPreview }) {
  const { added, removed, moved, before, after, until } = runs;
  return (
    <div class="preview" role="status">
      {action === 'none' && <p class="quiet">Nothing changes.</p>}
      <p>
        <b>{plural(after, 'run')}</b> until <Time at={until} as="clock" />
        {action !== 'create' && <span class="quiet">, {before} as it stands</span>}
      </p>
      <Kind title={`${plural(added.count, 'run')} added`} of={added} tone="completed">
        {(at) => <Time at={at} as="both" />}
      </Kind>
      <Kind title={`${plural(removed.count, 'run')} removed`} of={removed} tone="dead">
        {(at) => <Time at={at} as="both" />}
      </Kind>
      <Kind title={`${plural(moved.count, 'run')} moved`} of={moved} tone="retrying">
        {({ from, to }) => (
          <>
            <Time at={from} as="clock" /> → <Time at={to} as="clock" />
          </>
        )}
      </Kind>
      {warnings.map(({ pointer, detail }) => (
        <p key={pointer + detail} class="chip-line">
          <span class="chip warns">{pointer || 'warning'}</span> {detail}
        </p>
      ))}
      {action === 'change' && fields.length > 0 && (
        <dl class="edit-fields">
          {fields.map(({ field, ...change }) => (
            <div key={field}>
              <dt>{field}</dt>
              <dd>
                <Values of={change} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

/** What a payload holds is not told by a preview. */
function Values({ of }: { of: { before?: unknown; after?: unknown } }) {
  const [had, has] = [of.before !== undefined, of.after !== undefined];
  if (!had && !has) return <>other values</>;
  return (
    <>
      {had && <del>{valueText(of.before)}</del>}
      {had && has && <span class="quiet"> → </span>}
      {has ? <ins>{valueText(of.after)}</ins> : <span class="quiet"> as usual</span>}
    </>
  );
}

function Kind<Item>({
  title,
  of,
  tone,
  children,
}: {
  title: string;
  of: Some<Item>;
  tone: string;
  children: (item: Item) => ComponentChildren;
}) {
  if (of.count === 0) return null;
  return (
    <div class={`change tone-${tone}`}>
      <b>{title}</b>
      <SomeList of={of}>{children}</SomeList>
    </div>
  );
}
