/** The texts kept in Redis read back as what was written, whatever is in them. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUN_KINDS } from '../../../src/domain/schedule/run-id.js';
import { OVERLAPS } from '../../../src/domain/schedule/schedule.js';
import type { AttemptRecord, TaskDraft } from '../../../src/store/contract/index.js';
import {
  decodeEnding,
  decodeHistory,
  decodeTask,
  encodeAttempt,
  encodeEnding,
  encodeTask,
  SEPARATOR,
} from '../../../src/store/redis/record.js';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const instant = fc.integer({ min: 0, max: 4e12 });

const draft: fc.Arbitrary<TaskDraft> = fc.record(
  {
    id: fc.constant('1-a'),
    handler: fc.constant('h'),
    priority: fc.constant('normal' as const),
    due: fc.oneof(fc.constant(0), instant),
    createdAt: instant,
    payload: fc.oneof(
      fc.constant(''),
      fc.json(),
      text.map((value) => JSON.stringify(value)),
    ),
    options: fc.record({ labels: fc.dictionary(text, text), timeout: fc.integer({ min: 1 }) }),
  },
  { requiredKeys: ['id', 'handler', 'priority', 'due', 'createdAt', 'payload'] },
);

const attempt: fc.Arbitrary<AttemptRecord> = fc
  .record(
    {
      attempt: fc.integer({ min: 1, max: 1000 }),
      worker: text,
      startedAt: instant,
      finishedAt: instant,
      outcome: fc.constantFrom('failed', 'lost', 'released', 'snoozed', 'timeout', 'completed'),
      result: fc.json({ maxDepth: 2 }).map((json) => JSON.stringify(JSON.parse(json))),
      error: fc.record({ message: text, stack: text }),
      lost: fc.record({ host: text, lastBeatAt: instant }, { requiredKeys: ['lastBeatAt'] }),
    },
    { requiredKeys: ['attempt', 'worker', 'startedAt', 'finishedAt', 'outcome'] },
  )
  // An attempt has a result or an error, never both; a lost one has no result.
  .map((record) => {
    if (record.error || record.lost) delete (record as { result?: string }).result;
    return record as AttemptRecord;
  });

describe('a task record', () => {
  it('holds no separator: JSON writes it escaped, and what is no JSON is refused', () => {
    const task = (payload: string): TaskDraft => ({
      ...{ id: '1-a', handler: 'h', priority: 'normal', due: 0, createdAt: 1, payload },
    });
    expect(encodeTask('1', task(JSON.stringify(`a${SEPARATOR}b`)))).not.toContain(SEPARATOR);
    expect(() => encodeTask('1', task(`"a${SEPARATOR}b"`))).toThrow(/no JSON/);
  });

  it('reads back as written', () => {
    fc.assert(
      fc.property(draft, fc.integer({ min: 1, max: 1e6 }).map(String), (written, lane) => {
        const read = decodeTask(encodeTask(lane, written), written.id);
        expect(read.lane).toBe(lane);
        expect(read.createdAt).toBe(written.createdAt);
        expect(read.dueAt).toBe(Math.max(written.due, written.createdAt));
        expect(read.payload).toBe(written.payload);
        expect(JSON.stringify(read.options)).toBe(JSON.stringify(written.options ?? {}));
      }),
    );
  });

  it('keeps what a run is, in few characters', () => {
    const nominal = fc.integer({ min: 0, max: 4e12 });
    const facts = fc.record(
      {
        kind: fc.constantFrom(...RUN_KINDS),
        from: nominal,
        missed: fc.nat(),
        overlap: fc.constantFrom(...OVERLAPS),
      },
      { requiredKeys: ['kind'] },
    );
    fc.assert(
      fc.property(nominal, facts, (at, given) => {
        const run = { nominal: at, ...given };
        const id = `s@${at}`;
        const written = { id, handler: 'h', priority: 'normal', due: at, createdAt: 0, payload: '' } as const;
        const record = encodeTask('1', { ...written, options: { run } });
        expect(decodeTask(record, id).options).toEqual({ run });
        expect(record.length).toBeLessThan(80);
      }),
    );
  });

  it('of a plain task keeps its header within 24 bytes for centuries and lanes enough', () => {
    const record = encodeTask('999', {
      ...{ id: '1-a', handler: 'h', priority: 'normal', payload: '' },
      ...{ createdAt: Date.UTC(2099, 0, 1), due: Date.UTC(2099, 0, 1) + 86_400_000 },
    });
    expect(Buffer.byteLength(record)).toBeLessThanOrEqual(24);
  });
});

describe('attempts', () => {
  it('read back from a history and from an ending', () => {
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 4 }), attempt, (past, last) => {
        expect(decodeHistory(past.map(encodeAttempt).join('\n'))).toEqual(past);
        for (const state of ['completed', 'dead', 'cancelled'] as const) {
          expect(decodeEnding(encodeEnding(state, last))).toEqual({
            state,
            finishedAt: last.finishedAt,
            last,
          });
        }
      }),
    );
  });

  it('a cancelled task tells its time and reason', () => {
    expect(decodeEnding('x1700000000000"by hand"')).toEqual({
      state: 'cancelled',
      finishedAt: 1_700_000_000_000,
      reason: 'by hand',
    });
    expect(decodeEnding('x17')).toEqual({ state: 'cancelled', finishedAt: 17 });
  });
});
