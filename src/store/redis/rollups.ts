/** Rollups on Redis: counts added by one script, read a span at a time; and tallies of partitions handed over. */

import { USUAL_BUDGET } from '../../domain/stats/budget.js';
import type { Counts } from '../../domain/stats/counts.js';
import { lengthOf, type Subject, TIERS, type Tier } from '../../domain/stats/tiers.js';
import type { RolledUp, RollupCall, RollupCells, RollupStore, Tally } from '../contract/index.js';
import type { Connection } from './connection.js';
import type { Partition } from './partition.js';
import { closedCells } from './rolled-cells.js';
import { openCell } from './rolled-counts.js';

/** Spans asked for at a time. */
const TOGETHER = 50;

const KINDS = { queue: 'q', handler: 'h', schedule: 's' } as const;

export function rollupVerbs(connection: Connection): RollupStore {
  return {
    rollUp: (call) => rollUp(connection, call),
    rollups: (subject, tier, from, to) => rollups(connection, subject, tierOf(tier), from, to),
    takeTallies: (queue, taken) => takeTallies(connection, connection.partition(queue), taken),
    onTallies(listener) {
      connection.tallying.add(listener);
      return () => {
        connection.tallying.delete(listener);
      };
    },
  };
}

function tierOf(name: Tier['name']): Tier {
  return TIERS.find((tier) => tier.name === name) as Tier;
}

async function rollUp(connection: Connection, call: RollupCall): Promise<RolledUp> {
  const { source, number, cells, repeatFor, budget } = call;
  const more = connection.rows(
    'roll-up',
    cells.map(({ subject: { kind, name }, minute, counts }) => ({
      kind: KINDS[kind],
      name,
      minute,
      counts: counts.join(' '),
    })),
  );
  const args = { source, number, keep: repeatFor, budget: budget ?? '', usual: USUAL_BUDGET, more };
  const [word, ...given] = await connection.call('roll-up', connection.shared, args);
  return { added: word === 'ok', gaveUp: given.map((letters) => gaveUp(String(letters))) };
}

/** `<tier><kind>` in words. */
function gaveUp([tier, kind]: string): string {
  const name = TIERS.find(({ letter }) => letter === tier)?.name ?? '';
  return `${name} of ${kind === 's' ? 'schedules' : kind === 'h' ? 'handlers' : 'queues'}`;
}

async function rollups(
  connection: Connection,
  { kind, name }: Subject,
  tier: Tier,
  from: number,
  to: number,
): Promise<RollupCells> {
  const { registry, clock } = connection;
  const length = lengthOf(tier);
  const span = length * tier.cells;
  const now = clock.known ? clock.now() : await connection.time();
  const letters = `${tier.letter}${KINDS[kind]}`;
  const found = new Map<number, Counts[]>();
  const put = (at: number, counts: Counts): void => {
    if (at < from || at >= to) return;
    found.set(at, [...(found.get(at) ?? []), counts]);
  };
  // Before and behind that nothing is kept.
  const last = Math.min(Math.ceil(to / span), Math.floor(now / span) + 2);
  const oldest = Math.floor((now - tier.kept) / span) - 1;
  for (let first = Math.max(Math.floor(from / span), oldest); first < last; first += TOGETHER) {
    const spans = Array.from({ length: Math.min(TOGETHER, last - first) }, (_, i) => first + i);
    const replies = await connection.pipeline((pipeline) => {
      for (const one of spans) {
        const key = registry.rolled(`${letters}:${one}`);
        pipeline.hgetBuffer(key, name).hgetBuffer(`${key}:open`, name);
      }
    });
    for (const [i, one] of spans.entries()) {
      const [closed, open] = [replies[2 * i], replies[2 * i + 1]] as (Buffer | null)[];
      const at = (cell: number): number => one * span + cell * length;
      for (const { cell, counts } of closed ? closedCells(closed) : []) put(at(cell), counts);
      if (!open) continue;
      const { cell, counts } = openCell(open);
      put(at(cell), counts);
    }
  }
  const trimmed = await connection.ask((redis) => redis.hget(registry.rollups, `t${letters}`));
  const cells = [...found].flatMap(([at, all]) => all.map((counts) => ({ at, counts })));
  return {
    cells: cells.sort((a, b) => a.at - b.at),
    ...(trimmed === null ? {} : { trimmedUntil: Number(trimmed) }),
  };
}

const WHATS = { l: 'lost', d: 'dead', x: 'cancelled' } as const;

async function takeTallies(
  connection: Connection,
  partition: Partition,
  taken: string | null,
): Promise<{ batch: string | null; tallies: Tally[] }> {
  const [, batch, ...rows] = await connection.on(partition, 'take-tallies', () => ({ taken: taken ?? '' }));
  if (batch === '') return { batch: null, tallies: [] };
  const tallies: Tally[] = [];
  for (let i = 0; i + 1 < rows.length; i += 2) {
    const tally = await tallyOf(connection, partition, String(rows[i]), Number(rows[i + 1]));
    if (tally) tallies.push(tally);
  }
  return { batch: String(batch), tallies };
}

/** null: a newer release has written it. */
async function tallyOf(
  connection: Connection,
  partition: Partition,
  field: string,
  count: number,
): Promise<Tally | null> {
  const [head = '', schedule] = field.slice(1).split(' ');
  if (field[0] === 'p') return { what: 'occurrence', word: head, schedule: schedule ?? '', count };
  const what = WHATS[field[0] as keyof typeof WHATS];
  if (what === undefined) return null;
  if (!partition.lane(head)) await connection.readLanes(partition);
  return { what, handler: partition.lane(head)?.handler ?? '', schedule: schedule ?? null, count };
}
