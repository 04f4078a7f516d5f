/** Compares releases of one kind: whole numbers, versions (1.10.2, v2.0.0-rc.1), or dates. */

type Kind = 'number' | 'version' | 'date';

interface ReadRelease {
  kind: Kind;
  parts: (number | string)[];
  /** 1.0.0-rc.1 comes before 1.0.0. */
  preview: (number | string)[] | null;
}

const VERSION = /^v?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[T_.-]?(\d{2}):?(\d{2})(?::?(\d{2}))?Z?)?$/;

/** Below zero: `a` is the older one. null: they cannot be compared. */
export function compareReleases(a: string, b: string): number | null {
  if (a === b) return 0;
  const [one, other] = [read(a), read(b)];
  if (!one || !other || one.kind !== other.kind) return null;
  return compareParts(one.parts, other.parts) || comparePreviews(one.preview, other.preview);
}

function read(release: string): ReadRelease | null {
  if (/^\d+$/.test(release)) return { kind: 'number', parts: [Number(release)], preview: null };
  const date = DATE.exec(release);
  if (date) return { kind: 'date', parts: date.slice(1).map((part) => Number(part ?? 0)), preview: null };
  const version = VERSION.exec(release);
  if (!version) return null;
  const parts = (version[1] ?? '').split('.').map(Number);
  return { kind: 'version', parts, preview: version[2] === undefined ? null : pieces(version[2]) };
}

function pieces(text: string): (number | string)[] {
  return text.split('.').map((piece) => (/^\d+$/.test(piece) ? Number(piece) : piece));
}

/** Missing parts count as zero: 1.2 is 1.2.0. */
function compareParts(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = compareOne(a[at] ?? 0, b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function comparePreviews(a: ReadRelease['preview'], b: ReadRelease['preview']): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const difference = compareOne(a[at] ?? 0, b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Numbers come before words. */
function compareOne(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
