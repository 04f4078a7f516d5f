/** What an entry tells of a change: the fields that differ, before and after, bounded, without what tasks carry. */

type Fields = Readonly<Record<string, unknown>>;

/** Of one side of an entry, and of one field of it, as JSON. */
const MOST = 1_500;
const MOST_OF_ONE = 400;

export interface Change {
  before?: Fields;
  after?: Fields;
}

/** Of a thing that was there before and is there now what differs; else all that is told of it. */
export function changeOf(before: Fields | null, after: Fields | null): Change {
  if (!before || !after) return sides(before ?? {}, after ?? {});
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const different = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return sides(only(before, different), only(after, different));
}

/** Of which nothing is to be told, that is left out. */
function sides(before: Fields, after: Fields): Change {
  const [was, is] = [bounded(before), bounded(after)];
  return {
    ...(Object.keys(was).length > 0 ? { before: was } : {}),
    ...(Object.keys(is).length > 0 ? { after: is } : {}),
  };
}

function only(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.flatMap((name) => (name in fields ? [[name, fields[name]]] : [])));
}

/** What is long is cut, and what is too much left out; `cut` says so. */
function bounded(fields: Fields): Fields {
  const kept: Record<string, unknown> = {};
  let left = MOST;
  let cut = false;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const text = JSON.stringify(value);
    const fits = text.length <= MOST_OF_ONE;
    const told = fits ? value : `${text.slice(0, MOST_OF_ONE)}…`;
    const size = name.length + Math.min(text.length, MOST_OF_ONE) + 4;
    if (size > left) {
      cut = true;
      break;
    }
    left -= size;
    cut ||= !fits;
    kept[name] = told;
  }
  return cut ? { ...kept, cut: true } : kept;
}
