/** What schedules left behind in queues they moved from (decision 73). */

import type { Elsewhere, Fenced, OpenMove, ScheduleStore } from '../contract/index.js';
import type { Connection } from './connection.js';
import type { Partition } from './partition.js';
import { displace, entriesOf } from './places.js';
import { unfinished } from './unfinished.js';
import { items } from './wire.js';

type Verbs = Pick<ScheduleStore, 'carry' | 'elsewhere' | 'follow' | 'letGoOn' | 'endMove'>;

export function elsewhereVerbs(connection: Connection): Verbs {
  const of = (queue: string): Partition => connection.partition(queue);
  return {
    carry: (move, to, left) => carry(connection, move, of(to), left),
    elsewhere: (queue) => elsewhere(connection, of(queue)),
    async follow(queue, left, how, { token }) {
      const args = { token, schedule: left.schedule, entry: entryOf(left), how };
      return worded(await connection.call('follow', of(queue), args));
    },
    async letGoOn(queue, schedule, how, { token }) {
      return worded(await connection.call('let-go-on', of(queue), { token, schedule, how }));
    },
    async endMove({ queue, id, text }, now) {
      const entries = (await elsewhere(connection, of(queue), id)).map(entryOf);
      const [place = ''] = now === id ? [] : await entriesOf(connection, [id]);
      const [word] = await connection.call('end-move', of(queue), {
        ...{ id, marker: text, more: items(entries) },
      });
      if (word === 'ok') await displace(connection, id, place);
    },
  };
}

/** What cannot be written any more is refused like what a later term refuses: whoever is in office looks again. */
function worded([word]: readonly unknown[]): 'ok' | Fenced {
  return word === 'ok' ? 'ok' : 'fenced';
}

function entryOf({ revision, until, from, as }: Omit<Elsewhere, 'schedule'>): string {
  return `${revision} ${until} ${from}${as === undefined ? '' : ` ${as}`}`;
}

/** `schedule`: of this one alone. */
async function elsewhere(
  connection: Connection,
  { keys }: Partition,
  schedule?: string,
): Promise<Elsewhere[]> {
  const members = await connection.ask((redis) => redis.smembers(keys.elsewhere));
  const all = members.sort().map((member) => {
    const [id = '', revision, until, from = '', as] = member.split(' ');
    const entry = { schedule: id, from, revision: Number(revision), until: Number(until) };
    return as === undefined ? entry : { ...entry, as };
  });
  return schedule === undefined ? all : all.filter((one) => one.schedule === schedule);
}

async function carry(
  connection: Connection,
  { queue, id }: OpenMove,
  to: Partition,
  { schedule, ...left }: Pick<Elsewhere, 'schedule' | 'revision' | 'until'>,
): Promise<void> {
  const from = connection.partition(queue);
  const calledNow = ({ as = id, ...one }: Omit<Elsewhere, 'schedule'>) =>
    as === schedule ? one : { ...one, as };
  const [runs] = await unfinished(connection, from, [id]);
  const success = await connection.ask((redis) => redis.hget(from.keys.successes, id));
  const some = runs !== undefined && runs.underWay.length + runs.waiting.length > 0;
  // What it left behind before is left behind still, but for what it comes back to.
  const before = (await elsewhere(connection, from, id)).filter(
    ({ from: there, as = id }) => there !== to.queue || as !== schedule,
  );
  const rows = [
    ...[entryOf(calledNow({ ...left, from: queue })), some ? '1' : ''],
    ...before.flatMap((one) => [entryOf(calledNow(one)), runs?.elsewhere.includes(one.from) ? '1' : '']),
  ];
  await connection.on(to, 'carry', () => ({ schedule, success: success ?? '', more: items(rows) }));
}
