/** Enqueue: one new task, with a form for its payload where its handler tells what it takes. */

import { type Signal, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { post } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import { misfits } from '../../core/json-schema.js';
import { bodyWith, editable, exact, typed } from '../../core/payload.js';
import { taskPlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import { jsonOf, schemaFields } from '../../core/schema-fields.js';
import type { HandlerView, Page, Task } from '../../core/types.js';
import { ChoiceField, SwitchField, TextField } from '../../parts/fields.js';
import { HANDLERS } from './payload-fits.js';
import { fieldsFor, PayloadForm } from './payload-form.js';

const PRIORITIES = [
  ['normal', 'normal'],
  ['high', 'high'],
  ['low', 'low'],
] as const;

/** What the fields begin with; `payload` with every digit. */
export interface EnqueueLike {
  handler?: string;
  queue?: string;
  priority?: string;
  labels?: Readonly<Record<string, string>>;
  payload?: unknown;
}

/** What is typed. */
export interface EnqueueForm {
  handler: Signal<string>;
  /** JSON, as it goes. */
  payload: Signal<string>;
  /** By the name of a key; null: the payload is typed as JSON. */
  fields: Signal<Readonly<Record<string, string>> | null>;
  /** Of the handler that is named, where it is known. */
  schema: Signal<unknown>;
}

export function askEnqueue(like: EnqueueLike = {}, onDone?: () => Promise<void>): void {
  const form: EnqueueForm = {
    handler: signal(like.handler ?? ''),
    payload: signal('payload' in like ? editable(like.payload) : '{}'),
    fields: signal(null),
    schema: signal(undefined),
  };
  const queue = signal(like.queue ?? 'default');
  const [when, key, concurrencyKey, after] = [signal(''), signal(''), signal(''), signal('')];
  const labels = signal(
    Object.entries(like.labels ?? {})
      .map((label) => label.join('='))
      .join(', '),
  );
  const [priority, anyway] = [signal(like.priority ?? 'normal'), signal(false)];
  askFirst({
    title: 'Enqueue a task',
    action: 'Enqueue',
    body: () => (
      <>
        <HandlerField form={form} />
        <PayloadForm form={form} />
        <Unfit form={form} anyway={anyway} />
        <TextField label="Queue" value={queue} isRequired />
        <TextField
          label="When"
          value={when}
          hint="How long from now (10m, 2h30m), or a time: 2027-01-01T09:00:00Z; empty: at once"
        />
        <details class="more-fields">
          <summary>More</summary>
          <ChoiceField label="Priority" value={priority} choices={PRIORITIES} />
          <TextField label="Unique key" value={key} hint="While a task with it lives, no other is made" />
          <TextField label="Concurrency key" value={concurrencyKey} hint="Shares the limits of this key" />
          <TextField label="Labels" value={labels} placeholder="tier=gold, team=billing" />
          <TextField
            label="After"
            value={after}
            hint="Ids of tasks that are to end first, with commas between"
          />
        </details>
      </>
    ),
    run: async () => {
      const payload = payloadOf(form);
      const wrong = misfitsOf(form);
      if (wrong.length > 0 && !anyway.value)
        throw new Error(`The payload does not fit ${form.handler.value}: ${wrong.map(inWords).join('; ')}.`);
      const fields = {
        handler: form.handler.value.trim(),
        queue: queue.value,
        priority: priority.value,
        ...dueOf(when.value.trim()),
        ...(key.value ? { uniqueKey: key.value } : {}),
        ...(concurrencyKey.value ? { concurrencyKey: concurrencyKey.value } : {}),
        ...(labels.value.trim() ? { labels: labelsOf(labels.value) } : {}),
        ...(after.value.trim() ? { after: after.value.split(',').map((id) => id.trim()) } : {}),
      };
      const body = bodyWith(fields, payload);
      const task = await post<Task & { deduplicated?: true }>('v1/tasks', body);
      tell(task.deduplicated ? 'There is one with this key already.' : 'Enqueued.', {
        href: taskPlace(task.id),
        link: 'Show the task',
      });
      await onDone?.();
    },
  });
}

/** With the handlers that are there to choose from; the one that is named says what it takes. */
function HandlerField({ form }: { form: EnqueueForm }) {
  const { handler } = form;
  const { data } = useQuery<Page<HandlerView>>(HANDLERS, { every: 0 });
  const name = handler.value.trim();
  const one = data?.items.find((other) => other.name === name);
  useEffect(() => learn(form, one?.schema), [one?.schema]);
  return (
    <label class="field">
      <span>Handler</span>
      <input
        type="text"
        autocomplete="off"
        list="handlers-there"
        required
        value={handler.value}
        onInput={(event) => {
          handler.value = event.currentTarget.value;
        }}
      />
      <datalist id="handlers-there">
        {data?.items.map((other) => (
          <option key={other.name} value={other.name} />
        ))}
      </datalist>
      {one && one.workerCount === 0 && <small>No worker that is there has it: the task will wait.</small>}
    </label>
  );
}

/** What was typed stays, as JSON or in the fields of the schema that is known now. */
function learn({ schema, fields, payload }: EnqueueForm, fresh: unknown): void {
  const before = fields.value && schemaFields(schema.value);
  try {
    if (before && fields.value) payload.value = jsonOf(before, fields.value);
  } catch {
    // A field that is no JSON yet goes with the form that it stood in.
  }
  schema.value = fresh;
  const known = schemaFields(fresh);
  fields.value = known && fieldsFor(known, payload.value);
}

/** What the handler's schema says against the payload, while it is typed. */
function Unfit({ form, anyway }: { form: EnqueueForm; anyway: Signal<boolean> }) {
  const wrong = misfitsOf(form);
  if (wrong.length === 0) return null;
  return (
    <div class="unfit" role="status">
      <ul>
        {wrong.map((one) => (
          <li key={one.pointer + one.detail}>
            <code>{one.pointer || 'payload'}</code> {one.detail}
          </li>
        ))}
      </ul>
      <SwitchField label="Enqueue it although it does not fit" value={anyway} />
    </div>
  );
}

const inWords = ({ pointer, detail }: { pointer: string; detail: string }): string =>
  `${pointer || 'it'} ${detail}`;

/** Throws in words. */
function payloadOf({ payload, fields, schema }: EnqueueForm): string {
  const known = fields.value && schemaFields(schema.value);
  return known && fields.value ? jsonOf(known, fields.value) : typed(payload.value);
}

function misfitsOf(form: EnqueueForm): { pointer: string; detail: string }[] {
  if (form.schema.value === undefined) return [];
  try {
    const value = exact(payloadOf(form));
    // A key twice, for one: the API says it better.
    return value === undefined ? [] : misfits(form.schema.value, value);
  } catch {
    // No JSON yet: that is said when it is sent.
    return [];
  }
}

function dueOf(when: string): { runAt?: string; delay?: string } {
  if (when === '') return {};
  return /^\d{4}-/.test(when) ? { runAt: when } : { delay: when };
}

function labelsOf(text: string): Record<string, string> {
  const pairs = text.split(',').map((one) => one.trim().split(/=(.*)/s));
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name, value]));
}
