/** Draws the roll: hollow ticks drift to the line of now, strike, and become what became of them. */

import { coloursIn, faded } from '../../core/colours.js';
import { lookOf } from '../../core/states.js';
import { hourOf, zoneFor } from '../../core/words.js';
import { type Instant, type Lane, REACH } from './roll-lanes.js';

export const LANE = 30;
export const AXIS = 24;
/** A strike is seen so long, ms. */
const STRIKE = 900;
/** Ticks nearer to each other than this are strokes, px. */
const DENSE = 9;

const NAMES = [
  ...['--line', '--edge', '--quiet', '--accent', '--accent-ground', '--ground', '--scheduled', '--ready'],
  ...['--running', '--retrying', '--completed', '--dead', '--cancelled', '--plain', '--pressed'],
] as const;

export type Colours = Record<string, string>;

export const rollColours = (place: Element): Colours => coloursIn(place, NAMES);

export interface View {
  width: number;
  height: number;
  now: number;
  colours: Colours;
  font: string;
  /** The lane and the instant that are pointed at. */
  pointed: { lane: number; instant: Instant } | null;
}

export const xOf = (at: number, { width, now }: { width: number; now: number }): number =>
  ((at - now + REACH) / (2 * REACH)) * width;

export function drawRoll(context: CanvasRenderingContext2D, lanes: readonly Lane[], view: View): void {
  const { width, height, now, colours, pointed } = view;
  const middle = width / 2;
  context.clearRect(0, 0, width, height);
  context.fillStyle = faded(colours['--accent-ground'] ?? '', 0.45);
  context.fillRect(middle, AXIS, width - middle, height - AXIS);
  drawMinutes(context, view);
  for (const [i, lane] of lanes.entries()) {
    const y = AXIS + i * LANE;
    context.fillStyle = colours['--line'] ?? '';
    context.fillRect(0, y + LANE - 1, width, 1);
    drawLane(context, lane, y + (LANE - 1) / 2, view);
  }
  context.fillStyle = colours['--accent'] ?? '';
  context.fillRect(middle - 0.75, AXIS - 6, 1.5, height - AXIS + 6);
  if (pointed) {
    const y = AXIS + pointed.lane * LANE + (LANE - 1) / 2;
    const x = xOf(pointed.instant.due, { width, now });
    context.strokeStyle = colours['--accent'] ?? '';
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(x, y, 10, 0, 7);
    context.stroke();
  }
}

function drawMinutes(context: CanvasRenderingContext2D, view: View): void {
  const { width, height, now, colours, font } = view;
  context.font = font;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const first = Math.ceil((now - REACH) / 60_000) * 60_000;
  const zone = zoneFor();
  for (let at = first; at < now + REACH; at += 60_000) {
    const x = xOf(at, view);
    context.fillStyle = faded(colours['--line'] ?? '', 0.8);
    context.fillRect(x - 0.5, AXIS, 1, height - AXIS);
    const room = width < 560 ? 120_000 : 60_000;
    const isFree = Math.abs(x - width / 2) > 44 && x > 18 && x < width - 18;
    if (at % room === 0 && isFree) {
      context.fillStyle = colours['--quiet'] ?? '';
      context.fillText(hourOf(at, zone), x, AXIS / 2);
    }
  }
  context.fillStyle = colours['--accent'] ?? '';
  context.fillText('now', width / 2, AXIS / 2 - 2);
}

function drawLane(context: CanvasRenderingContext2D, lane: Lane, y: number, view: View): void {
  const { width, now } = view;
  const gap = (lane.apart / (2 * REACH)) * width;
  const isDense = gap < DENSE;
  for (const instant of lane.instants.values()) {
    const x = xOf(instant.due, view);
    if (x < -6 || x > width + 6) continue;
    const isAhead = instant.due > now;
    const { tone } = lookOf(isAhead && instant.said !== 'skipped' ? 'planned' : instant.said);
    const colour = view.colours[`--${tone}`] ?? '';
    if (isDense)
      drawStroke(context, { x, y, colour, isAhead, said: instant.said, wide: Math.max(1, gap * 0.55) });
    else drawTick(context, { x, y, colour, isAhead, said: instant.said, now: width / 2 });
    drawStrike(context, x, y, now - instant.due, colour);
  }
}

interface Mark {
  x: number;
  y: number;
  colour: string;
  isAhead: boolean;
  said: string;
}

/** Where many stand close together: height tells what became of each. */
function drawStroke(
  context: CanvasRenderingContext2D,
  { x, y, colour, isAhead, said, wide }: Mark & { wide: number },
): void {
  const tall = isAhead ? 5 : said === 'dead' || said === 'missed' ? 20 : said === 'completed' ? 13 : 8;
  context.fillStyle = isAhead ? faded(colour, 0.55) : colour;
  context.fillRect(x - wide / 2, y - tall / 2, wide, tall);
}

function drawTick(
  context: CanvasRenderingContext2D,
  { x, y, colour, isAhead, said, now }: Mark & { now: number },
): void {
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  if (said === 'skipped' || said === 'coalesced') {
    context.moveTo(x - 3, y - 5);
    context.lineTo(x + 2, y);
    context.lineTo(x - 3, y + 5);
    context.moveTo(x + 2, y - 5);
    context.lineTo(x + 2, y + 5);
    context.stroke();
  } else if (isAhead) {
    context.arc(x, y, 3.75, 0, 7);
    context.stroke();
  } else if (said === 'dead' || said === 'missed') {
    context.lineWidth = 2;
    context.moveTo(x - 4.5, y - 4.5);
    context.lineTo(x + 4.5, y + 4.5);
    context.moveTo(x + 4.5, y - 4.5);
    context.lineTo(x - 4.5, y + 4.5);
    context.stroke();
  } else if (said === 'running') {
    // It grows until it ends.
    context.roundRect(x - 2, y - 3, Math.max(4, now - x + 2), 6, 3);
    context.fill();
  } else if (said === 'completed') {
    context.roundRect(x - 2, y - 7, 4, 14, 2);
    context.fill();
  } else if (said === 'retrying' || said === 'ready' || said === 'fired') {
    context.arc(x, y, 4.25, 0, 7);
    context.fill();
  } else {
    context.arc(x, y, 3.5, 0, 7);
    context.stroke();
  }
}

/** As a bell that is struck: one ring that grows and fades. */
function drawStrike(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  since: number,
  colour: string,
): void {
  if (since < 0 || since > STRIKE) return;
  const share = since / STRIKE;
  context.strokeStyle = faded(colour, (1 - share) * 0.8);
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, 4 + share * 11, 0, 7);
  context.stroke();
}

/** The instant nearest to a point, if one is near. */
export function instantAt(lane: Lane, x: number, view: { width: number; now: number }): Instant | null {
  let best: Instant | null = null;
  let distance = 9;
  for (const instant of lane.instants.values()) {
    const away = Math.abs(xOf(instant.due, view) - x);
    if (away < distance) {
      best = instant;
      distance = away;
    }
  }
  return best;
}
