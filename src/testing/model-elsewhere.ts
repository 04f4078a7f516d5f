/** What schedules left behind in queues they moved from, in the model. */

import type { Elsewhere, ScheduleStore } from '../store/contract/index.js';
import type { Partition } from './model-partition.js';
import { handOn, parkedOf, unfinished } from './model-runs.js';

type Verbs = Pick<ScheduleStore, 'carry' | 'elsewhere' | 'follow' | 'letGoOn' | 'endMove'>;

function sameAs(run: Elsewhere): (other: Elsewhere) => boolean {
  return ({ schedule, from, as, revision, until }) =>
    schedule === run.schedule &&
    from === run.from &&
    as === run.as &&
    revision === run.revision &&
    until === run.until;
}

function bring(to: Partition, left: Elsewhere, blocks: boolean): void {
  const known = to.elsewhere.find(sameAs(left));
  if (known) known.blocks ||= blocks;
  else to.elsewhere.push({ ...left, blocks });
}

export function elsewhereVerbs(of: (queue: string) => Partition): Verbs {
  return {
    async carry({ queue, id }, to, left) {
      const [old, next] = [of(queue), of(to)];
      const some = unfinished(old, id).length + parkedOf(old, id).length > 0;
      const { schedule } = left;
      bring(next, { ...left, from: queue, ...(id === schedule ? {} : { as: id }) }, some);
      for (const { blocks, as = id, ...one } of old.elsewhere.filter((left) => left.schedule === id)) {
        if (one.from === to && as === schedule) continue;
        bring(next, { ...one, schedule, ...(as === schedule ? {} : { as }) }, blocks);
      }
      const success = old.successes.get(id);
      if (success && !next.successes.has(schedule)) next.successes.set(schedule, success);
    },
    elsewhere: async (queue) =>
      of(queue)
        .elsewhere.map(({ blocks: _, ...left }) => left)
        .sort((a, b) => (a.schedule + a.from < b.schedule + b.from ? -1 : 1)),
    async follow(queue, left, how, term) {
      const partition = of(queue);
      if (partition.term?.token !== term.token) return 'fenced';
      const entry = partition.elsewhere.find(sameAs(left));
      if (entry) entry.blocks = how === 'block';
      if (how === 'over') partition.elsewhere = partition.elsewhere.filter((one) => one !== entry);
      if (how !== 'block') handOn(partition, left.schedule);
      return 'ok';
    },
    async letGoOn(queue, schedule, how, term) {
      const partition = of(queue);
      if (partition.term?.token !== term.token) return 'fenced';
      if (!partition.left.delete(schedule)) return 'ok';
      handOn(partition, schedule);
      if (how === 'one') partition.left.add(schedule);
      return 'ok';
    },
    async endMove({ id, queue, text }) {
      const partition = of(queue);
      if (partition.moves.get(id) !== text) return;
      partition.moves.delete(id);
      if (partition.schedules.has(id)) return;
      partition.successes.delete(id);
      partition.elsewhere = partition.elsewhere.filter(({ schedule }) => schedule !== id);
    },
  };
}
