/** What something is narrowed to, one chip for each field. */

import { valueText } from '../core/values.js';

export function FilterChips({ filter }: { filter: Readonly<Record<string, unknown>> }) {
  const fields = Object.entries(filter);
  return (
    <span class="filter-chips">
      {fields.length === 0 && <span class="quiet">everything</span>}
      {fields.map(([name, value]) => (
        <span key={name} class="chip">
          <span class="quiet">{name}</span> {valueText(value)}
        </span>
      ))}
    </span>
  );
}
