/** Two hundred schedules from a seed: what the product is given, and what the simulation itself knows of each. */

import type { CatchUp, ScheduleDefinition, Spec } from '../../src/domain/schedule/schedule.js';
import { DEFAULT_RETRY } from '../../src/domain/task/retry.js';
import type { Dice } from '../fault/dice.js';
import { BEGIN, type Plan } from './calendars.js';
import { QUEUE } from './cluster.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Made {
  plan: Plan;
  definition: ScheduleDefinition;
}

const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Tehran', 'UTC'] as const;
const DAILY = ['30 2 * * *', '0 3 * * *', '15 2,14 * * *', '45 1 * * *', '0 9 * * MON-FRI'] as const;
const HOURLY = ['0 * * * *', '20 */2 * * *', '10,40 1-5 * * *', '0 0 * * SUN'] as const;

const OVERLAPS = ['skip', 'skip', 'wait', 'replace', 'allow'] as const;

/** How long a run takes: mostly no time at all; every third of some schedules longer than it is to the next. */
export function lastsOf(schedule: string, nominal: number): number {
  return Math.floor(nominal / MINUTE) % 3 === 0 ? longestOf(schedule) : 0;
}

export function longestOf(schedule: string): number {
  const number = Number(schedule.slice(1));
  if (number % 5 === 1) return 12 * MINUTE;
  return number % 17 === 3 ? 50 * MINUTE : 0;
}

/** Few are dense, most are not: as it is in the field. */
export function makePlan(dice: Dice): Plan {
  const kind = dice.between(1, 100);
  const timezone = dice.one(ZONES) ?? 'UTC';
  const bounds = {
    ...(dice.chance(0.1) ? { startAt: BEGIN + dice.between(3, 6) * DAY + 500 } : {}),
    ...(dice.chance(0.1) ? { endAt: BEGIN + dice.between(9, 13) * DAY + 500 } : {}),
    ...(dice.chance(0.15) ? { quietHours: [2, 3, 14] } : {}),
  };
  if (kind <= 3) return { every: { every: 5 * MINUTE, phase: 0 }, ...bounds };
  if (kind <= 12) return { every: { every: 30 * MINUTE, phase: 7 * MINUTE }, ...bounds };
  if (kind <= 40) return { cron: { expression: dice.one(HOURLY) ?? '', timezone }, ...bounds };
  return { cron: { expression: dice.one(DAILY) ?? '', timezone }, ...bounds };
}

export function makeCatchUp(dice: Dice): CatchUp {
  const policy = dice.one(['none', 'latest', 'all'] as const) ?? 'latest';
  const paced = policy === 'all' && dice.chance(0.3) ? { perMinute: dice.one([6, 60]) ?? 6 } : {};
  return { policy, window: dice.one([HOUR + 30_000, DAY]) ?? DAY, max: dice.one([2, 5, 100]) ?? 5, ...paced };
}

/** What runs for long is often due again before it has ended. */
function planOf(id: string, dice: Dice): Plan {
  const meets = longestOf(id) > 40 * MINUTE && dice.chance(0.7);
  return meets ? { every: { every: 40 * MINUTE, phase: 0 } } : makePlan(dice);
}

export function makeSchedule(id: string, dice: Dice, plan = planOf(id, dice)): Made {
  const { cron, every, quietHours, startAt, endAt } = plan;
  const spec: Spec = every
    ? { kind: 'every', ...every }
    : {
        kind: 'cron',
        expressions: [cron?.expression ?? ''],
        timezone: cron?.timezone ?? 'UTC',
        gap: 'shift',
        fold: 'first',
      };
  const definition: ScheduleDefinition = {
    ...{ id, handler: 'h', spec, queue: QUEUE, priority: 'normal', retry: { ...DEFAULT_RETRY } },
    ...(startAt === undefined ? {} : { startAt }),
    ...(endAt === undefined ? {} : { endAt }),
    ...(quietHours
      ? {
          exclude: {
            timezone: cron?.timezone ?? 'UTC',
            items: [{ cron: `* ${quietHours.join(',')} * * *` }],
          },
        }
      : {}),
    ...(dice.chance(0.15) ? { jitter: dice.one([30_000, 4 * MINUTE]) ?? 30_000 } : {}),
    ...(dice.chance(0.08) ? { maxRuns: dice.between(3, 40) } : {}),
    ...{
      catchUp: makeCatchUp(dice),
      enabled: true,
      labels: {},
      overlap: dice.one(OVERLAPS) ?? 'skip',
    },
  };
  return { plan, definition };
}
