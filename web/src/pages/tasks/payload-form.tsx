/** A payload: field by field where its handler tells what it takes, or as JSON. */

import { exact } from '../../core/payload.js';
import { jsonOf, type SchemaField, schemaFields, valueIn, valuesOf } from '../../core/schema-fields.js';
import { TextField } from '../../parts/fields.js';
import type { EnqueueForm } from './enqueue.js';

export function PayloadForm({ form }: { form: EnqueueForm }) {
  const { payload, fields, schema, handler } = form;
  const known = schemaFields(schema.value);
  const isForm = known !== null && fields.value !== null;
  const payloadText = (
    <TextField
      label="Payload"
      value={payload}
      isLong
      hint={schema.value === undefined ? 'JSON; every digit is kept' : <Shape schema={schema.value} />}
    />
  );
  if (!known) return payloadText;
  const shown = fieldsFor(known, payload.value);
  const toForm = (): void => {
    fields.value = shown;
  };
  const toJson = (): void => {
    try {
      payload.value = jsonOf(known, fields.value ?? {});
    } catch {
      // What is no JSON yet stays where it is typed.
      return;
    }
    fields.value = null;
  };
  return (
    <fieldset class="payload-form">
      <legend>
        {isForm ? `Payload of ${handler.value.trim()}` : 'Payload'}
        <span class="segments" role="group" aria-label="How the payload is typed">
          <button type="button" aria-pressed={isForm} disabled={!isForm && !shown} onClick={toForm}>
            Form
          </button>
          <button type="button" aria-pressed={!isForm} onClick={toJson}>
            JSON
          </button>
        </span>
      </legend>
      {isForm ? known.map((field) => <OneField key={field.name} field={field} form={form} />) : payloadText}
    </fieldset>
  );
}

/** What the fields show of a payload that was typed as JSON; null where they cannot show all of it. */
export function fieldsFor(known: readonly SchemaField[], text: string): Record<string, string> | null {
  if (!['', '{}'].includes(text.trim())) return valuesOf(known, exact(text));
  return Object.fromEntries(known.map(({ name, initial }) => [name, initial]));
}

function OneField({ field, form }: { field: SchemaField; form: EnqueueForm }) {
  const { name, label, hint, kind, choices, isRequired } = field;
  const value = valueIn(form.fields.value, name);
  const onInput = (event: { currentTarget: { value: string } }): void => {
    form.fields.value = { ...form.fields.value, [name]: event.currentTarget.value };
  };
  return (
    <label class="field">
      <span>
        {label}
        {isRequired && <span class="quiet"> required</span>}
      </span>
      {kind === 'choice' ? (
        <select value={value} onChange={onInput}>
          {!isRequired && <option value="">not given</option>}
          {choices.map((one) => (
            <option key={one} value={one}>
              {one.startsWith('"') ? String(JSON.parse(one)) : one}
            </option>
          ))}
        </select>
      ) : kind === 'json' ? (
        <textarea class="few-lines" spellcheck={false} value={value} placeholder="JSON" onInput={onInput} />
      ) : (
        <input
          type="text"
          autocomplete="off"
          inputMode={kind === 'number' ? 'decimal' : undefined}
          value={value}
          onInput={onInput}
        />
      )}
      {hint && <small>{hint}</small>}
    </label>
  );
}

/** The keys that a payload may have, in short. */
function Shape({ schema }: { schema: unknown }) {
  const known = schemaFields(schema);
  if (!known) return <>JSON, checked by the schema of its handler; every digit is kept</>;
  return (
    <>
      {known.map(({ name, isRequired, hint, kind, choices }, i) => (
        <span key={name} title={hint || undefined}>
          {i > 0 && ', '}
          <code>{name}</code>
          {isRequired ? '' : '?'}: {choices.length > 0 ? choices.slice(0, 4).join(' | ') : kind}
        </span>
      ))}
    </>
  );
}
