/** `If-Match` on schedules (RFC 9110): an edit that happens only to the state the caller saw. */

import type { FastifyReply } from 'fastify';
import { refuse } from '../domain/input/read-fields.js';
import type { EditResult } from '../schedules/edit.js';
import type { Seen } from '../schedules/edits.js';
import type { ScheduleRow, ScheduleStore } from '../store/contract/index.js';

/** Any state that exists, or one that has one of these ETags. */
type Condition = '*' | ReadonlySet<string>;

const TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;
/** How often an edit of any state is tried against a schedule that others keep editing. */
const TRIES = 5;

export function tagOf({ schedule }: ScheduleRow): string {
  return `"${schedule.revision}"`;
}

export function tagged(reply: FastifyReply, row: ScheduleRow): FastifyReply {
  return reply.header('etag', tagOf(row));
}

/** `missing`: what the edit comes to when there is nothing to match. */
export async function editMatching(
  store: Pick<ScheduleStore, 'schedule'>,
  id: string,
  header: string | undefined,
  missing: 'stale' | 'unknown',
  edit: (seen: Seen) => Promise<EditResult>,
): Promise<EditResult> {
  if (header === undefined) return edit({});
  const condition = readCondition(header);
  for (let tries = 1; ; tries += 1) {
    const row = await store.schedule(id);
    if (!row) return { word: missing, row };
    if (condition !== '*' && !condition.has(tagOf(row))) return { word: 'stale', row };
    const result = await edit({ row, revision: row.schedule.revision });
    if (result.word !== 'stale' || condition !== '*' || tries === TRIES) return result;
  }
}

/** A weak tag is kept and matches nothing: our tags are strong ones. */
function readCondition(header: string): Condition {
  const text = header.trim();
  if (text === '*') return '*';
  const tags = tagsIn(text);
  if (tags.length > 0 && tags.every((tag) => TAG.test(tag))) return new Set(tags);
  return refuse('invalid_input', [{ path: ['If-Match'], detail: 'must be * or ETags such as "3"' }]);
}

/** Commas may stand within the quotes of a tag. */
function tagsIn(text: string): string[] {
  const parts = text.match(/(?:"[^"]*"|[^,"])+|"/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
