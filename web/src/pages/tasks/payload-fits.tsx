/** What the handler's schema says against a payload that is being typed; it is said, not forbidden. */

import type { Signal } from '@preact/signals';
import { misfits } from '../../core/json-schema.js';
import { exact } from '../../core/payload.js';
import { useQuery } from '../../core/query.js';
import type { HandlerView, Page } from '../../core/types.js';

/** With what each says of its payload. */
export const HANDLERS = 'v1/handlers?limit=200';

export function PayloadFits({ handler, payload }: { handler: string; payload: Signal<string> }) {
  const { data } = useQuery<Page<HandlerView>>(HANDLERS, { every: 0 });
  const schema = data?.items.find(({ name }) => name === handler)?.schema;
  const value = exact(payload.value);
  if (schema === undefined || value === undefined) return null;
  const wrong = misfits(schema, value);
  if (wrong.length === 0) return null;
  return (
    <div class="unfit" role="status">
      <p>{handler} may refuse it:</p>
      <ul>
        {wrong.map(({ pointer, detail }) => (
          <li key={pointer + detail}>
            <code>{pointer || 'payload'}</code> {detail}
          </li>
        ))}
      </ul>
    </div>
  );
}
