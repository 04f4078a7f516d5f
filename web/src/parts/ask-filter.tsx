/** Asks what a list is to be filtered by, and puts it into the address. */

import { signal } from '@preact/signals';
import { askFirst } from '../core/asked.js';
import { navigate, query, withQuery } from '../core/router.js';
import { TextField } from './fields.js';

export interface FilterField {
  /** In the address. */
  name: string;
  label: string;
  hint?: string;
}

/** `title`: Filter tasks. A field may have several values, with commas between. */
export function askFilter(title: string, fields: readonly FilterField[]): void {
  const typed = fields.map((field) => ({
    ...field,
    value: signal(query.value.getAll(field.name).join(', ')),
  }));
  askFirst({
    title,
    action: 'Filter',
    body: () => (
      <>
        {typed.map(({ name, label, hint, value }) => (
          <TextField key={name} label={label} value={value} hint={hint} />
        ))}
      </>
    ),
    run: async () => {
      const changes = typed.map(({ name, value }) => [name, partsOf(name, value.value)] as const);
      navigate(withQuery(Object.fromEntries(changes)));
    },
  });
}

/** Only labels may be several; a comma elsewhere belongs to the text. */
const partsOf = (name: string, text: string): string[] =>
  name === 'label' ? text.split(',').map((one) => one.trim()) : [text.trim()];
