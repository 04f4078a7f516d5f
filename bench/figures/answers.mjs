/** What the calendar takes for expressions at their worst, and for 10,000 questions to `carillon next --stdin`. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compileSpec } from '../../dist/domain/spec/compile.js';
import { median, seeded, show } from '../lib/stats.mjs';
import { hostMs } from '../lib/time.mjs';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const FROM = Date.UTC(2026, 0, 1);
const ZONES = Intl.supportedValuesOf('timeZone');
const QUESTIONS = 10_000;

const numbers = (count, of = (n) => n) => Array.from({ length: count }, (_, n) => of(n)).join(',');

/** Expression, and zone, gap and fold where they matter. The last ones are refused. */
const HOSTILE = [
  ['0 0 29 2 *', 'Antarctica/Troll', 'shift', 'both'],
  ['0 0 ? 2 5#5', 'Asia/Gaza', 'shift', 'second'],
  ['59 59 23 31 12 ?', 'America/Nuuk', 'skip', 'second'],
  ['0 0 31W 1,3,5,7,8,10,12 *', 'America/Havana', 'skip', 'both'],
  [`${numbers(60)} * * * *`, 'Africa/Casablanca'],
  [`0 0 ${numbers(31, (n) => n + 1)} * 0L,1L,2L,3L,4L,5L,6L`, 'Pacific/Apia'],
  [`*${',*/1'.repeat(60)} * * * *`, 'Australia/Lord_Howe'],
  ['H(0-59)/7 H(0-59)/7 H/5 H(1-28)/9 H H', 'America/Caracas', 'skip', 'both'],
  ['* * * * * *', 'Africa/Monrovia'],
  ['30 2 ? 3 0#L', 'Europe/Berlin', 'skip'],
  ['0 0 30 2 *', 'UTC'],
  [`${'('.repeat(200)} * * * *`, 'UTC'],
  [`${'1-'.repeat(120)} * * * *`, 'UTC'],
  [`${'@'.repeat(250)}`, 'UTC'],
  ['x'.repeat(1_000_000), 'UTC'],
  ['* * * * *', 'A'.repeat(1_000_000)],
];

export const title = 'Hostile expressions, and a stream of questions';

export async function run({ rounds, quick }) {
  const raw = { hostile: HOSTILE.map(() => []), stream: [] };
  for (let round = 0; round < (quick ? 2 : 20); round += 1) {
    for (const [index, [expression, timezone, gap = 'shift', fold = 'first']] of HOSTILE.entries()) {
      const ms = answered({ kind: 'cron', expressions: [expression], timezone, gap, fold });
      // The first round warms up: it compiles the code and learns the zones.
      if (round > 0) raw.hostile[index].push(ms);
    }
  }
  const dearest = Math.max(...raw.hostile.map(median));
  const questions = makeQuestions();
  for (let round = 0; round < rounds; round += 1) raw.stream.push(await streamed(questions));
  const rows = [
    row(`dearest of ${HOSTILE.length} hostile expressions`, 'ms', dearest, 5, '≤ 5 ms'),
    row(
      `${QUESTIONS} different questions, all zones, process start included`,
      's',
      median(raw.stream),
      1,
      '≤ 1 s',
    ),
  ];
  const worst = Math.max(...raw.hostile.flat());
  const notes = [
    `Medians of the dearest expression; the dearest single answer took ${show(worst)} ms.`,
    `Seconds of each stream: ${raw.stream.map(show).join(', ')}.`,
  ];
  return { rows, raw, notes };
}

/** ms from an expression to its next instant or its refusal. */
function answered(spec) {
  const begun = hostMs();
  try {
    compileSpec(spec, 'bench').next(FROM);
  } catch (error) {
    if (!/^invalid/.test(error.code)) throw error;
  }
  return hostMs() - begun;
}

/** Few of them have the same expression; any zone, any time from 1970 to 2037, one to five instants. */
function makeQuestions() {
  const random = seeded(7);
  const below = (limit) => Math.floor(random() * limit);
  const forms = [
    () => `${below(60)} ${below(24)} * * *`,
    () => `*/${1 + below(30)} * * * *`,
    () => `${below(60)} ${below(24)} ${1 + below(28)} * *`,
    () => `${below(60)} ${below(24)} * * ${below(7)}`,
    () => '0 0 29 2 *',
    () => `${below(60)} ${below(24)} L * *`,
    () => `${below(60)} ${below(24)} * * ${below(7)}#${1 + below(5)}`,
    () => `${below(60)} ${below(60)} ${below(24)} * * MON-FRI`,
    () => `${below(60)} ${below(24)} ${1 + below(28)}W * *`,
    () => '0 * * * *',
  ];
  const questions = Array.from({ length: QUESTIONS }, () => ({
    expr: forms[below(forms.length)](),
    tz: ZONES[below(ZONES.length)],
    from: new Date(below(2_147_483_647) * 1000).toISOString(),
    count: 1 + below(5),
  }));
  return questions.map((question) => `${JSON.stringify(question)}\n`).join('');
}

/** Seconds from the start of the process to its last answer. */
async function streamed(questions) {
  const begun = hostMs();
  const child = spawn(process.execPath, [CLI, 'next', '--stdin', '--json'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(questions);
  let answers = 0;
  let errors = 0;
  let rest = '';
  for await (const piece of child.stdout.setEncoding('utf8')) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    answers += lines.length;
    errors += lines.filter((line) => !line.startsWith('{"next":')).length;
  }
  if (answers !== QUESTIONS || errors > 0) throw new Error(`${answers} answers, ${errors} of them errors`);
  return (hostMs() - begun) / 1000;
}

function row(label, unit, carillon, most, target) {
  return { label, unit, carillon, ratio: Number.NaN, spread: [Number.NaN], target, met: carillon <= most };
}
