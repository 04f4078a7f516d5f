/** One text for one value, whatever the order of its keys: for comparing definitions and for digests. */

/** JSON with sorted keys; what JSON leaves out is left out. */
export function canonical(value: unknown): string {
  return written(value) ?? 'null';
}

/** By hand, because a replacer is asked for every value and copies every object. */
function written(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => written(item) ?? 'null').join(',')}]`;
  const record = value as Record<string, unknown>;
  const members: string[] = [];
  for (const key of Object.keys(record).sort()) {
    const text = written(record[key]);
    if (text !== undefined) members.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${members.join(',')}}`;
}
