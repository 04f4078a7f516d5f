/** Which file sets come into force and which are held, by table; and how releases are compared. */

import { describe, expect, it } from 'vitest';
import { heldBecause, type Judged, judge, type Standing } from '../../../src/sets/judge.js';
import { compareReleases } from '../../../src/sets/release.js';

/** Put forward by a node, which has it in a directory. */
const LIVE = {
  number: 1,
  digest: 'live',
  schedules: 3,
  node: 'n',
  process: 'n~1',
  directory: '/etc/s',
  at: 0,
};
const SENT = { directory: undefined };

function proposal(over: Partial<Judged> = {}): Judged {
  return { digest: 'new', schedules: 3, process: 'm~1', sharesIds: true, ...over };
}

function standing(live: object = {}, over: Partial<Standing> = {}): Standing {
  return { live: { ...LIVE, ...live }, carriers: ['n~1'], releases: [], ...over };
}

function word(judged: Judged, against: Standing): string {
  const { word: said, reason } = judge(judged, against);
  return reason ?? said;
}

const released = (release: string, ...releases: string[]): Standing => standing({ release }, { releases });

describe('a proposal', () => {
  it.each<[string, Judged, Standing, string]>([
    ['is the first', proposal({ schedules: 0 }), { live: null, carriers: [], releases: [] }, 'accepted'],
    ['differs', proposal(), standing(), 'accepted'],
    ['is the live one', proposal({ digest: 'live' }), standing(), 'current'],
    ['is the live one of a release', proposal({ digest: 'live', release: '2' }), standing(), 'accepted'],
    [
      'is the live one of a higher release',
      proposal({ digest: 'live', release: '2' }),
      released('1'),
      'accepted',
    ],
    [
      'is the live one of a lower release',
      proposal({ digest: 'live', release: '1' }),
      released('2', '2'),
      'current',
    ],
    ['is empty', proposal({ schedules: 0, sharesIds: false }), standing(), 'empty'],
    ['is empty, and so is the live one', proposal({ schedules: 0 }), standing({ schedules: 0 }), 'accepted'],
    ['is empty from the same process', proposal({ schedules: 0, process: 'n~1' }), standing(), 'empty'],
    ['is empty and forced', proposal({ schedules: 0, force: true }), standing(), 'accepted'],
    ['shares nothing', proposal({ sharesIds: false }), standing(), 'foreign'],
    [
      'shares nothing, from the same process',
      proposal({ sharesIds: false, process: 'n~1' }),
      standing(),
      'accepted',
    ],
    ['shares nothing, in dev', proposal({ sharesIds: false, dev: true }), standing(), 'accepted'],
    ['shares nothing with nothing', proposal({ sharesIds: false }), standing({ schedules: 0 }), 'accepted'],
    ['lost its environment', proposal(), standing({ environment: 'production' }), 'environment'],
    ['got an environment', proposal({ environment: 'staging' }), standing(), 'environment'],
    [
      'changed environment, in dev too',
      proposal({ environment: 'staging', dev: true }),
      standing({ environment: 'production' }),
      'environment',
    ],
    ['brings a release', proposal({ release: '1' }), standing(), 'accepted'],
    ['lost its release', proposal(), released('1'), 'releaseMissing'],
    ['has a release of another kind', proposal({ release: 'v2.0' }), released('7'), 'releaseIncomparable'],
    ['has the same release', proposal({ release: '7' }), released('7', '7'), 'accepted'],
    ['has a higher release', proposal({ release: '10' }), released('9', '9'), 'accepted'],
    [
      'has a lower one, the higher present',
      proposal({ release: '9' }),
      released('10', '10', '9'),
      'releaseOlder',
    ],
    ['has a lower one, the higher gone', proposal({ release: '9' }), released('10', '9'), 'accepted'],
    [
      'has a lower one, another is present',
      proposal({ release: '9' }),
      released('10', 'odd'),
      'releaseOlder',
    ],
    [
      'has a lower one and is forced',
      proposal({ release: '9', force: true }),
      released('10', '10'),
      'accepted',
    ],
    [
      'has a lower one, the higher was sent',
      proposal({ release: '9' }),
      standing({ release: '10', ...SENT }),
      'releaseOlder',
    ],
    [
      'has a lower one, the higher was sent and a node had it',
      proposal({ release: '9' }),
      standing({ release: '10', ...SENT }, { carriers: ['n~1', 'm~2'] }),
      'accepted',
    ],
    [
      'has a higher one than what was sent',
      proposal({ release: '11' }),
      standing({ release: '10', ...SENT }),
      'accepted',
    ],
    [
      'was gone back from',
      proposal({ release: '2' }),
      standing({ release: '1' }, { rolledBack: [{ digest: 'new', release: '2' }] }),
      'rolledBack',
    ],
    [
      'was gone back from, and comes with a higher release',
      proposal({ release: '3' }),
      standing({ release: '1' }, { rolledBack: [{ digest: 'new', release: '2' }] }),
      'accepted',
    ],
    [
      'comes while the set is removed',
      proposal({ sharesIds: false }),
      standing({}, { removing: { at: 1 } }),
      'accepted',
    ],
  ])('%s', (_, judged, against, expected) => {
    expect(word(judged, against)).toBe(expected);
  });

  it('is held with words that name what differs', () => {
    const live = { release: '2', environment: 'production' };
    expect(heldBecause('environment', {}, live)).toContain(
      'no environment, the live set for environment production',
    );
    expect(heldBecause('releaseOlder', { release: '1' }, live)).toContain('release 1 is older than 2');
  });
});

describe('releases', () => {
  it.each([
    ['9', '10'],
    ['1.9.0', '1.10.0'],
    ['v1.2', '1.2.1'],
    ['1.0.0-rc.1', '1.0.0-rc.2'],
    ['1.0.0-rc.2', '1.0.0-rc.11'],
    ['1.0.0-rc.1', '1.0.0'],
    ['2026-11-09', '2026-11-10'],
    ['2026-11-09T08:00:00Z', '2026-11-09T08:00:01Z'],
    ['2026-11-09', '2026-11-09T08:00'],
  ])('%s comes before %s', (older, newer) => {
    expect(compareReleases(older, newer)).toBeLessThan(0);
    expect(compareReleases(newer, older)).toBeGreaterThan(0);
  });

  it.each([
    ['1.2', '1.2.0'],
    ['v3.1', '3.1.0+build.7'],
    ['odd', 'odd'],
  ])('%s is %s', (one, other) => {
    expect(compareReleases(one, other)).toBe(0);
  });

  it.each([
    ['7', '7.1'],
    ['7', '2026-11-09'],
    ['1.2.3', 'abcdef0'],
    ['main', '1'],
  ])('%s cannot be compared with %s', (one, other) => {
    expect(compareReleases(one, other)).toBeNull();
  });
});
