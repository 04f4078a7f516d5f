/** File sets on Redis: a record each, changed by one script, with proposals and slices beside it. */

import type { SetChange, SetRecord, SetStore, StoredProposal } from '../contract/index.js';
import type { Connection } from './connection.js';
import { setWords } from './event-entries.js';

/** Slices that no change took are gone after this long, ms. */
const UPLOADS_KEPT = 3_600_000;
/** How long a change may be sent again, ms. */
const ANSWERS_KEPT = 600_000;
/** Brought in one call, bytes, about: Redis keeps room for the largest call that a connection has sent. */
const BROUGHT = 65_536;
/** Slices asked for at a time. */
const AT_A_TIME = 32;

export function setVerbs(connection: Connection): SetStore {
  const { registry } = connection;
  return {
    async setRecords() {
      const entries = await connection.ask((redis) => redis.hvals(registry.sets));
      return entries.map(recordOf).sort((a, b) => (a.set < b.set ? -1 : 1));
    },

    async setRecord(name) {
      const entry = await connection.ask((redis) => redis.hget(registry.sets, name));
      return entry === null ? null : recordOf(entry);
    },

    async proposals(set) {
      const entries = await connection.ask((redis) => redis.hvals(registry.setProposals(set)));
      return entries.map((text) => JSON.parse(text) as StoredProposal).sort((a, b) => b.number - a.number);
    },

    async changeSet(change, term) {
      const { set, expect, record, nonce = '', answer = '', repeatFor = ANSWERS_KEPT, proposal } = change;
      const [word, told] = await connection.call('change-set', connection.shared, {
        token: term?.token ?? '',
        set,
        expect: expect ?? '',
        record: record ? entryOf(record) : '',
        nonce,
        answer,
        number: proposal?.number ?? '',
        proposal: proposal ? JSON.stringify(proposal) : '',
        keep: repeatFor,
        words: change.told ? setWords(change.told) : '',
        more: connection.rows('change-set', rowsOf(change)),
      });
      if (word === 'already') return { already: String(told ?? '') };
      return word as 'ok' | 'stale' | 'missing' | 'fenced';
    },

    async tellSet(set, told, nonce) {
      const args = { set, told: setWords(told), nonce, keep: ANSWERS_KEPT };
      await connection.call('tell-set', connection.shared, args);
    },

    async bringSlices(nonce, slices) {
      const key = registry.setUploads(nonce);
      for (const part of partsOf(slices)) {
        await connection.ask((redis) =>
          Promise.all([redis.hset(key, part), redis.pexpire(key, UPLOADS_KEPT)]),
        );
      }
    },

    async slices(set, ids) {
      const found: (Uint8Array | null)[] = [];
      for (let at = 0; at < ids.length; at += AT_A_TIME) {
        const some = ids.slice(at, at + AT_A_TIME);
        found.push(...(await connection.ask((redis) => redis.hmgetBuffer(registry.setSlices(set), ...some))));
      }
      return found;
    },
  };
}

function entryOf(record: SetRecord): string {
  return `${record.version}:${JSON.stringify(record)}`;
}

function recordOf(entry: string): SetRecord {
  return JSON.parse(entry.slice(entry.indexOf(':') + 1)) as SetRecord;
}

function rowsOf({ proposal, forget = [], drop = [] }: SetChange): { what: string; id: string | number }[] {
  return [
    ...(proposal?.slices ?? []).map((id) => ({ what: 'slice', id })),
    ...drop.map((id) => ({ what: 'drop', id })),
    ...forget.map((id) => ({ what: 'forget', id })),
  ];
}

function* partsOf(slices: ReadonlyMap<string, Uint8Array>): Generator<Map<string, Buffer>> {
  let part = new Map<string, Buffer>();
  let length = 0;
  for (const [id, bytes] of slices) {
    if (part.size > 0 && length + bytes.length > BROUGHT) {
      yield part;
      part = new Map();
      length = 0;
    }
    part.set(id, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    length += bytes.length;
  }
  if (part.size > 0) yield part;
}
