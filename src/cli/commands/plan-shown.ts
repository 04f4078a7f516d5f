/** A plan of a file set as a person reads it: a sign for each schedule, what changes below it, one line that sums it up. */

import type { RunChanges, Some } from '../../sets/fire-times.js';
import type { Peak } from '../../sets/peaks.js';
import type { FieldChange, PausedView, PlannedChange, Waiting } from '../../sets/plan-schedule.js';
import type { PlannedConflict, PlanView } from '../../sets/plan-view.js';
import type { Cell, Piece } from '../look.js';

const SIGNS = { create: '+', change: '~', rename: '~', takeOver: '~', remove: '-' } as const;
/** Changes shown one by one; what is behind them is counted. */
const SHOWN = 200;
/** Conflicts and pauses shown. */
const NAMED = 20;
const TEXT = 80;

export function planLines(plan: PlanView): Cell[] {
  const { changes, more, conflicts, paused, peaks } = plan;
  const hidden = more + Math.max(0, changes.length - SHOWN);
  return [
    heading(plan),
    ...changes.slice(0, SHOWN).flatMap((change) => ['', ...changeLines(change, plan.until)]),
    ...(hidden > 0 ? ['', `and ${hidden} more changes`] : []),
    ...section(conflicts.map(conflictLine)),
    ...section(paused.map((one): Cell => [`  ${one.id}`, 'paused', ...pausedPieces(one)])),
    ...section([...peakLines(peaks.before, peaks.after)]),
    ...section(verdictLines(plan)),
    '',
    sumOf(plan),
  ];
}

function section(lines: readonly Cell[]): Cell[] {
  if (lines.length === 0) return [];
  const hidden = lines.length - NAMED;
  return ['', ...lines.slice(0, NAMED), ...(hidden > 0 ? [`  and ${hidden} more`] : [])];
}

function heading({ set, against, release, environment, commit }: PlanView): Cell {
  const before = against.revision === undefined ? 'nothing in force yet' : `revision ${against.revision}`;
  const with_ = [
    ...(release === undefined ? [] : [`release ${release}`]),
    ...(environment === undefined ? [] : [`environment ${environment}`]),
    ...(commit === undefined ? [] : [`commit ${commit}`]),
  ];
  return `set ${set}, against ${before}${with_.length > 0 ? `; with ${with_.join(', ')}` : ''}`;
}

function changeLines(change: PlannedChange, until: string): Cell[] {
  const { id, action, formerly, from, file, line, fields, queue, runs, waits, paused, fault } = change;
  const told = [
    ...(formerly === undefined ? [] : [`was ${formerly}`]),
    ...(from === undefined ? [] : [`taken over from ${from}`]),
    ...(file === undefined ? [] : [`${file}:${line ?? 1}`]),
  ];
  return [
    `${SIGNS[action]} ${id}${told.length > 0 ? `  (${told.join(', ')})` : ''}`,
    ...fields.map((one) => fieldLine(one, action)),
    ...(queue
      ? [`    moves from queue ${queue.from} to ${queue.to}; what has come due stays where it is`]
      : []),
    ...(fault === undefined ? [] : [`    what is stored of it cannot be read: ${fault}`]),
    ...(paused ? [['    stays paused', ...pausedPieces(paused)]] : []),
    ...runLines(action, runs, until),
    ...(waits ? waitingLines(waits) : []),
  ];
}

function fieldLine({ field, before, after }: FieldChange, action: PlannedChange['action']): Cell {
  if (before === undefined && after === undefined)
    return action === 'create' ? `    ${field}: …` : `    ${field} changes`;
  if (before === undefined) return `    ${field}: ${valueText(after)}`;
  return `    ${field}: ${valueText(before)} → ${after === undefined ? 'nothing' : valueText(after)}`;
}

export function valueText(value: unknown): string {
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  return written.length > TEXT ? `${written.slice(0, TEXT)}…` : written;
}

function runLines(action: PlannedChange['action'], runs: RunChanges, until: string): Cell[] {
  const { before, after, added, removed, moved } = runs;
  const span: Piece[] = runs.until === until ? ['in the next 7 days'] : ['up to', { time: runs.until }];
  if (action === 'create') return [['    runs', `${after}`, ...span, ...firstOf(added)]];
  if (action === 'remove') return [['    runs', `${before} fewer`, ...span, ...firstOf(removed)]];
  if (added.count + removed.count + moved.count === 0) return [];
  const moves = moved.first.map(({ from, to }): Cell => ['         ', { time: from }, '→', { time: to }]);
  return [
    ['    runs', `${before} → ${after}`, ...span],
    ...(added.count > 0 ? [[`      + ${added.count} added`, ...firstOf(added)]] : []),
    ...(removed.count > 0 ? [[`      - ${removed.count} removed`, ...firstOf(removed)]] : []),
    ...(moved.count > 0 ? [`      ~ ${moved.count} moved`, ...moves] : []),
  ];
}

function firstOf(some: Some<string>): Piece[] {
  return [...some.first.map((time) => ({ time })), ...etc(some)];
}

const etc = ({ count, first }: Some<unknown>): Piece[] => (count > first.length ? ['…'] : []);

function waitingLines({ planned, unfinished, backlog }: Waiting): Cell[] {
  const lines: Cell[] = [];
  const { stay, withdrawn } = planned;
  if (stay > 0) lines.push(`    planned ahead: ${runsText(stay)} made anew as the files say`);
  if (withdrawn > 0) lines.push(`    planned ahead: ${runsText(withdrawn)} withdrawn`);
  const { underWay, waiting, becomes } = unfinished;
  const open = underWay + waiting;
  const then = becomes === 'goOn' ? 'go on as they are' : 'end where a worker has them, else are withdrawn';
  if (open > 0) lines.push(`    unfinished: ${runsText(open)} (${waiting} behind another) ${then}`);
  const past = backlog.becomes === 'givenUp' ? 'are given up' : 'are decided on by what the files say';
  if (backlog.count > 0) lines.push(`    passed and not yet caught up: ${backlog.count}, which ${past}`);
  return lines;
}

const runsText = (count: number): string => (count === 1 ? '1 run' : `${count} runs`);

export function pausedPieces({ at, until, by, reason }: PausedView): Piece[] {
  return [
    'since',
    { time: at },
    ...(by === undefined ? [] : [`by ${by}`]),
    ...(until === undefined ? [] : ['until', { time: until }]),
    ...(reason === undefined ? [] : [`(${reason})`]),
  ];
}

function conflictLine({ id, owner, formerly, ownerFile, ownerLine, file, line }: PlannedConflict): Cell {
  const place = ownerFile === undefined ? '' : `, declared at ${ownerFile}:${ownerLine ?? 1}`;
  const what =
    formerly === undefined
      ? `belongs to ${owner}${place}: left aside; --take-over ${id} takes it over`
      : `was to go on as ${formerly} does, which belongs to ${owner}${place}: left aside`;
  return `! ${id}  (${file}:${line}) ${what}`;
}

/** Only where it changes, or is high. */
function peakLines(before: Peak | null, after: Peak | null): Cell[] {
  if (!after || (before?.starts ?? 0) === after.starts) return [];
  return [
    [
      'most starts on one second:',
      `${before?.starts ?? 0} → ${after.starts}`,
      'at',
      { time: after.at },
      `(${after.schedules.join(', ')}${after.starts > after.schedules.length ? ', …' : ''})`,
    ],
  ];
}

function verdictLines({ verdict, because, held, applying }: PlanView): Cell[] {
  return [
    ...(applying ? ['What is in force is still being carried out: plan again when it is.'] : []),
    ...(verdict === 'held'
      ? [`It would be held: ${because}. apply --force, or carillon sets apply, lets it through.`]
      : []),
    ...(held
      ? [
          [
            `Held now is a proposal of ${held.node} from`,
            { time: held.proposedAt },
            `because ${held.because}.`,
            verdict === 'current' ? 'It stays so.' : 'This one would take its place.',
          ],
        ]
      : []),
  ];
}

function sumOf({ counts }: PlanView): string {
  const { create, change, rename, takeOver, remove, unchanged, conflict } = counts;
  const aside = conflict > 0 ? ` ${conflict} left aside.` : '';
  const stays = unchanged === 1 ? '1 stays' : `${unchanged} stay`;
  if (create + change + rename + takeOver + remove === 0) {
    return `No changes: ${stays} as ${unchanged === 1 ? 'it is' : 'they are'}.${aside}`;
  }
  const parts = [
    [create, 'to create'],
    [change, 'to change'],
    [rename, 'to rename'],
    [takeOver, 'to take over'],
    [remove, 'to remove'],
  ] as const;
  const told = parts.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : []));
  return `Plan: ${told.join(', ')}; ${stays}.${aside}`;
}
