/** Lists over the API: one page when somebody asked for one, else page after page to the end. */

import type { Remote } from './remote.js';

export interface ListFlags {
  limit?: string;
  cursor?: string;
}

export interface Listed<T> {
  items: T[];
  nextCursor: string | null;
}

/** So many are asked for at once when all are wanted. */
const AT_ONCE = 200;

export async function listOver<T>(
  remote: Pick<Remote, 'get'>,
  path: string,
  query: ListFlags & Record<string, string | string[] | undefined>,
): Promise<Listed<T>> {
  if (query.limit !== undefined || query.cursor !== undefined) {
    return (await remote.get(path, query)) as Listed<T>;
  }
  const all: Listed<T> = { items: [], nextCursor: null };
  do {
    const cursor = all.nextCursor ?? undefined;
    const page = (await remote.get(path, { ...query, limit: `${AT_ONCE}`, cursor })) as Listed<T>;
    all.items.push(...page.items);
    all.nextCursor = page.nextCursor;
  } while (all.nextCursor !== null);
  return all;
}
