/** Fields of forms, each bound to a signal. */

import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

interface TextFieldProps {
  label: string;
  value: Signal<string>;
  hint?: ComponentChildren;
  placeholder?: string;
  isRequired?: boolean;
  /** Several lines, in the type of code. */
  isLong?: boolean;
}

export function TextField({ label, value, hint, placeholder, isRequired, isLong }: TextFieldProps) {
  const shared = {
    value: value.value,
    placeholder,
    required: isRequired,
    onInput: (event: { currentTarget: { value: string } }) => {
      value.value = event.currentTarget.value;
    },
  };
  return (
    <label class="field">
      <span>{label}</span>
      {isLong ? (
        <textarea spellcheck={false} {...shared} />
      ) : (
        <input type="text" autocomplete="off" {...shared} />
      )}
      {hint && <small>{hint}</small>}
    </label>
  );
}

export function ChoiceField({
  label,
  value,
  choices,
  hint,
}: {
  label: string;
  value: Signal<string>;
  /** Value and words. */
  choices: readonly (readonly [string, string])[];
  hint?: ComponentChildren;
}) {
  return (
    <label class="field">
      <span>{label}</span>
      <select
        value={value.value}
        onChange={(event) => {
          value.value = event.currentTarget.value;
        }}
      >
        {choices.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
      {hint && <small>{hint}</small>}
    </label>
  );
}

export function SwitchField({ label, value }: { label: string; value: Signal<boolean> }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={value.value}
        onChange={() => {
          value.value = !value.value;
        }}
      />
      <span>{label}</span>
    </label>
  );
}
