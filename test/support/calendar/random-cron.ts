/** Random cron expressions, zones and instants from a seed, so that a failure can be repeated. */

/** CALENDAR_SEED tries others; the seed is part of every failure's text. */
export const seed = Number(process.env['CALENDAR_SEED'] ?? 3);

export interface Chance {
  /** An integer in [from, to]. */
  whole(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
  shuffled<T>(items: readonly T[]): T[];
}

/** mulberry32: small, and the same on every machine. */
export function chance(start: number): Chance {
  let state = start >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from: number, to: number) => from + Math.floor(fraction() * (to - from + 1));
  return {
    whole,
    pick: (items) => {
      const item = items[whole(0, items.length - 1)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    shuffled: (items) => {
      const rest = [...items];
      const order: typeof rest = [];
      while (rest.length > 0) order.push(...rest.splice(whole(0, rest.length - 1), 1));
      return order;
    },
  };
}

const months = 'JAN FEB mar Apr MAY JUN JUL AUG SEP OCT NOV dec'.split(' ');
const weekdays = 'SUN MON tue Wed THU FRI SAT'.split(' ');

function range(random: Chance, min: number, max: number): string {
  const from = random.whole(min, max);
  return `${from}-${random.whole(from, max)}`;
}

function term(random: Chance, min: number, max: number): string {
  const step = random.whole(1, Math.ceil((max - min) / 2));
  return random.pick([
    () => `${random.whole(min, max)}`,
    () => `${random.whole(min, max)}`,
    () => range(random, min, max),
    () => `${range(random, min, max)}/${step}`,
    () => `*/${step}`,
  ])();
}

function field(random: Chance, min: number, max: number, make = () => term(random, min, max)): string {
  const length = random.pick([1, 1, 1, 2, 3]);
  return Array.from({ length }, make).join(',');
}

function hours(random: Chance): string {
  // The hours in which clocks are changed come up more often than the others.
  return random.pick([
    () => '*',
    () => '*',
    () => '0-23',
    () => '*/1',
    () => '0-11,12-23',
    () => random.pick(['0', '1', '2', '3', '23', '0,1', '1-3', '0-22', '2,14', '23,0']),
    () => random.pick(['0', '1', '2', '3', '23', '0,1', '1-3', '0-22', '2,14', '23,0']),
    () => field(random, 0, 23),
  ])();
}

function month(random: Chance): string {
  const named = () => random.pick(months);
  const from = random.whole(0, 11);
  return random.pick([
    () => '*',
    () => '*',
    () => '*',
    () => field(random, 1, 12),
    () => field(random, 1, 12, named),
    () => `${months[from]}-${months[random.whole(from, 11)]}`,
  ])();
}

function dayOfMonth(random: Chance): string {
  const listed = () => random.pick([() => 'L', () => `${random.whole(1, 31)}`, () => term(random, 1, 31)])();
  return random.pick([
    () => '*',
    () => '*',
    () => '?',
    () => field(random, 1, 31),
    () => field(random, 1, 31, listed),
    () => random.pick(['L', 'LW', '31', '29', '30', '1']),
    () => `${random.whole(1, 31)}W`,
  ])();
}

function dayOfWeek(random: Chance): string {
  const name = () => random.pick([...weekdays, '0', '1', '2', '3', '4', '5', '6', '7']);
  const special = () =>
    random.pick([
      () => `${random.whole(0, 7)}L`,
      () => `${name()}#${random.whole(1, 5)}`,
      () => `${name()}#L`,
      name,
      () => term(random, 0, 6),
    ])();
  return random.pick([
    () => '*',
    () => '*',
    () => '?',
    () => field(random, 0, 7),
    () => field(random, 0, 7, name),
    () => field(random, 0, 7, special),
    () => random.pick(['MON-FRI', 'FRI-SUN', '5-0', '5-7', '0-7', 'sat-sun', '1-5/2', '2-7/2', 'FRI-SUN/2']),
  ])();
}

/** Valid text, though it may name days that never come. */
export function randomCron(random: Chance): string {
  const fields = [field(random, 0, 59), hours(random), dayOfMonth(random), month(random), dayOfWeek(random)];
  if (random.whole(0, 3) === 0) fields.unshift(field(random, 0, 59));
  return fields.join(random.pick([' ', ' ', '  ', '\t']));
}
