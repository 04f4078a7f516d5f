/** `carillon cluster history` and `step-down`: who led and why not any more, and an end by hand, over the API. */

import type { Command } from 'commander';
import { HISTORY, STEP_DOWN } from '../../domain/overview-fields.js';
import type { HistoryView } from '../../overviews/leaders.js';
import type { SteppedDown } from '../../overviews/step-down.js';
import { remoteCommand, remoteOf } from '../command.js';
import { addFlags, bodyOf, type FlagValues } from '../flags.js';
import type { Surroundings } from '../surroundings.js';

/** The command that shows the cluster has the same two flags: they may be read as its. */
interface Flags {
  url?: string;
  json?: boolean;
}

export function historyCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  return addFlags(
    remoteCommand(
      'history',
      'List who led, the latest first, and why not any more',
      'carillon cluster history',
    ),
    HISTORY,
  ).action(async (_: unknown, made: Command) => {
    const { url, json, ...query } = made.optsWithGlobals<Flags & FlagValues>();
    const history = (await remoteOf(surroundings, { url }).get('/v1/cluster/history', query)) as HistoryView;
    if (json) {
      output.json(history);
      return;
    }
    output.table(
      ['TERM', 'LEADER', 'SINCE', 'UNTIL', 'REFUSED', 'WHY IT ENDED'],
      history.items.map(({ term, node, since, until, refused, sentence }) => [
        String(term),
        node,
        { time: since },
        until === undefined ? '' : { time: until },
        String(refused),
        sentence,
      ]),
      'Nobody has led yet.',
    );
  });
}

export function stepDownCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  return addFlags(
    remoteCommand(
      'step-down',
      'Have the leader hand over to another node at once',
      'carillon cluster step-down --reason "moving to another rack"',
    ),
    STEP_DOWN,
  ).action(async (_: unknown, made: Command) => {
    const { url, json, ...flags } = made.optsWithGlobals<Flags & FlagValues>();
    const answer = await remoteOf(surroundings, { url }).post(
      '/v1/cluster/step-down',
      bodyOf(STEP_DOWN, flags),
    );
    const { from, leader, tookMs } = answer as SteppedDown;
    if (json) {
      output.json(answer);
      return;
    }
    output.line(`${leader.node} leads, term ${leader.term}; ${from.node} handed over within ${tookMs} ms`);
  });
}
