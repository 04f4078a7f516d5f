/** A copy of plain data without the way through its JSON: its texts, mostly the most of it, are not written out again. */

/** As `JSON.parse(JSON.stringify(value))` makes it; undefined where that might be something else. */
export function plainCopy(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  // JSON knows no -0.
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : undefined;
  if (typeof value !== 'object') return undefined;
  return Array.isArray(value) ? copyOfList(value) : copyOfObject(value as Record<string, unknown>);
}

function copyOfList(list: readonly unknown[]): unknown[] | undefined {
  if (Object.getPrototypeOf(list) !== Array.prototype || 'toJSON' in list) return undefined;
  const copy: unknown[] = [];
  for (let i = 0; i < list.length; i += 1) {
    const one = plainCopy(list[i]);
    if (one === undefined) return undefined;
    copy.push(one);
  }
  return copy;
}

function copyOfObject(object: Record<string, unknown>): Record<string, unknown> | undefined {
  // One without a prototype may be raw JSON.
  if (Object.getPrototypeOf(object) !== Object.prototype || 'toJSON' in object) return undefined;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(object)) {
    const one = plainCopy(object[key]);
    // Assigned, it would be no key but what the copy inherits from.
    if (one === undefined || key === '__proto__') return undefined;
    copy[key] = one;
  }
  return copy;
}
