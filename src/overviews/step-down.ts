/** The leader hands over because somebody asks: whichever node is asked, and only where another one can take over. */

import { CarillonError } from '../domain/input/errors.js';
import { formatInstant } from '../domain/input/instants.js';
import type { Values } from '../domain/input/readers.js';
import type { STEP_DOWN } from '../domain/overview-fields.js';
import { mono } from '../runtime/clock.js';
import { sleep } from '../runtime/timers.js';
import type { Store } from '../store/contract/index.js';

/** Who leads, as one node sees it; null: nobody just now. */
type LeaderOf = () => Promise<{ node: string; term: number; since: number } | null>;

/** Times are RFC 3339. */
export interface SteppedDown {
  from: { node: string; term: number; since: string };
  leader: { node: string; term: number; since: string };
  /** From the question until the other one led, ms. */
  tookMs: number;
}

/** What is asked may not be heard: it is asked again, and looked at in between, ms. */
const ASK_AGAIN = 400;
const LOOK_AGAIN = 20;
/** A leader that has not handed over by then is not going to, ms. */
const PATIENCE = 3_000;

/** Throws `conflict` where no other node could take over, and `unavailable` where nobody leads or the leader stays. */
export async function stepDown(
  store: Pick<Store, 'office' | 'present' | 'askStepDown'>,
  leader: LeaderOf,
  { reason }: Values<typeof STEP_DOWN>,
  by: string,
): Promise<SteppedDown> {
  const begun = mono();
  const [from, office, nodes] = await Promise.all([leader(), store.office(), store.present('node')]);
  if (!from || office?.number !== from.term) {
    throw new CarillonError(
      'unavailable',
      'Nobody leads just now: a node will within seconds, or there is none.',
    );
  }
  if (!nodes.some(({ id }) => id !== office.node)) {
    const text = `${from.node} is the only node that is present: nobody could take over. Start another one first.`;
    throw new CarillonError('conflict', text);
  }
  const asked = { token: office.token, by, ...(reason === undefined ? {} : { reason }) };
  for (let askAt = begun; mono() - begun < PATIENCE; ) {
    if (mono() >= askAt) {
      await store.askStepDown(asked);
      askAt = mono() + ASK_AGAIN;
    }
    await sleep(LOOK_AGAIN);
    const now = await leader();
    if (now && now.term !== from.term) {
      return { from: timed(from), leader: timed(now), tookMs: Math.round(mono() - begun) };
    }
  }
  const still = (await leader())?.term === from.term;
  throw new CarillonError(
    'unavailable',
    still
      ? `${from.node} was asked to step down and still leads: it may hang. It is deposed when its planning stands still.`
      : `${from.node} stepped down, and no other node leads yet.`,
  );
}

function timed({ since, ...facts }: { node: string; term: number; since: number }): SteppedDown['from'] {
  return { ...facts, since: formatInstant(since) };
}
