/** Somebody who listens on a stage, and what he hears in short. */

import { expect } from 'vitest';
import type { EventPage, EventPlace, Happened } from '../../../src/store/contract/events.js';
import { LONG, type Stage } from './stage.js';

export const ALL = () => true;

export interface Listening {
  /** Reads on until `count` were read; there are no more. */
  read(count: number): Promise<Happened[]>;
  lost: EventPage['lost'];
}

/** Listens from now on to `queues`. */
export function listeningOn(stage: () => Stage) {
  return async (
    queues: readonly string[] | null = null,
    wanted: (type: string) => boolean = ALL,
  ): Promise<Listening> => {
    let place: EventPlace = { ms: await stage().store.observe(queues, LONG) };
    const lost: EventPage['lost'] = [];
    const read = async (count: number): Promise<Happened[]> => {
      const heard: Happened[] = [];
      const last = await stage().store.time();
      await stage().until(async () => {
        const page = await stage().store.events(queues, place, ({ type }) => wanted(type));
        heard.push(...page.events.map(({ happened }) => happened));
        lost.push(...page.lost.filter(({ ms }) => place.ms < ms));
        place = page.until;
        // Everything so far is read, or there are too few.
        return heard.length >= count && place.ms > last;
      });
      expect(heard).toHaveLength(count);
      return heard;
    };
    return { read, lost };
  };
}

export function short(happened: Happened): unknown[] {
  switch (happened.what) {
    case 'task':
      return [happened.to, happened.id, happened.task.state, happened.task.attempt];
    case 'run':
      return [happened.to, happened.id];
    case 'instants':
      return [happened.word, happened.schedule, happened.count];
    case 'leader':
      return [happened.to, happened.node];
    case 'set':
      return [happened.to, happened.set];
    case 'schedule':
      return [happened.to, happened.schedule];
    default:
      return [happened.what];
  }
}
