/** Recurring tasks of Solid Queue: of one environment, the main one, and what the others have besides. */

import { canonical } from '../../domain/input/canonical.js';
import { grouped } from '../../runtime/grouped.js';
import { type DraftFields, type Gathered, Refusal, type SourceText } from './draft.js';
import { whenOf } from './fugit.js';
import { handlerFrom } from './names.js';
import { descriptionOf, payloadOf, readRubyYaml, refuseCode } from './ruby.js';
import { type Fields, fieldsOf, isFields, listOf, textOf } from './values.js';

/** Parts of a file that others take over, not environments. */
const SHARED = /^(?:defaults?|shared|common|base|x-.*|\..*)$/i;
const MAIN = 'production';

interface Recurring {
  name: string;
  entry: Fields;
  /** null: the file has none. */
  environment: string | null;
}

export function importSolidQueue(gathered: Gathered, sources: readonly SourceText[]): number {
  gathered.defaults = { overlap: 'allow', dst: { gap: 'skip', fold: 'both' } };
  const all = sources.flatMap((source) => recurringOf(fieldsOf(readRubyYaml(gathered, source))));
  const environments = [...new Set(all.flatMap(({ environment }) => environment ?? []))];
  const main = environments.includes(MAIN) ? MAIN : environments[0];
  if (main !== undefined) gathered.defaults = { ...gathered.defaults, environments: [main] };
  const named = [...grouped(all, ({ name }) => name)];
  const inMain = ([, found]: (typeof named)[number]): boolean => found.some((one) => isOf(one, main));
  // What the main environment has comes first, in its order.
  for (const [name, found] of [...named.filter(inMain), ...named.filter((one) => !inMain(one))]) {
    addNamed(gathered, name, found, main);
  }
  return all.length;
}

const isOf = ({ environment }: Recurring, main: string | undefined): boolean =>
  environment === null || environment === main;

/** One schedule for all environments that say the same of it; where one says otherwise, a person decides. */
function addNamed(
  gathered: Gathered,
  name: string,
  found: readonly Recurring[],
  main: string | undefined,
): void {
  const chosen = found.find((one) => isOf(one, main)) ?? found[0];
  if (!chosen) return;
  const same = found.filter(({ entry }) => canonical(entry) === canonical(chosen.entry));
  const environments = [...new Set(same.flatMap(({ environment }) => environment ?? []))];
  gathered.schedule(name, (id) => {
    for (const { environment } of found.filter((one) => !same.includes(one))) {
      const text = `one id, other schedule in ${environment}: a second id with environments: [${environment}]`;
      gathered.remark('decide', text, id);
    }
    const fields = readOne(gathered, id, chosen.entry);
    const usual = main === undefined || canonical(environments) === canonical([main]);
    return { fields: usual ? fields : { ...fields, environments } };
  });
}

/** A task of the file's top has a schedule of its own; anything else there is an environment. */
function recurringOf(top: Fields): Recurring[] {
  return Object.entries(top).flatMap(([key, value]): Recurring[] => {
    if (!isFields(value)) return [];
    if (value['schedule'] !== undefined)
      return SHARED.test(key) ? [] : [{ name: key, entry: value, environment: null }];
    if (SHARED.test(key)) return [];
    // Before 1.0 they stood with the dispatchers.
    const dispatchers = listOf(value['dispatchers']).map((one) => fieldsOf(fieldsOf(one)['recurring_tasks']));
    return Object.entries(
      Object.assign({}, dispatchers.length > 0 ? {} : value, ...dispatchers) as Fields,
    ).flatMap(([name, entry]) => (isFields(entry) ? [{ name, entry, environment: key }] : []));
  });
}

function readOne(gathered: Gathered, id: string, entry: Fields): DraftFields {
  const { description, ...acted } = entry;
  refuseCode(acted);
  const schedule = textOf(entry['schedule']);
  if (schedule === undefined) throw new Refusal('it has no schedule');
  const queue = gathered.queue(id, entry['queue']);
  if (entry['priority'] !== undefined)
    gathered.remarkOnPriority(id, entry['priority'], 'smaller is more urgent');
  return {
    ...whatOf(entry),
    queue,
    ...whenOf(gathered, id, schedule),
    description: descriptionOf(gathered, id, description),
  };
}

/** `command` is Ruby for an application to run: the text is handed to a handler of that name. */
function whatOf(entry: Fields): DraftFields {
  const handler = textOf(entry['class']);
  if (handler !== undefined) return { handler: handlerFrom(handler), payload: payloadOf(entry['args']) };
  const command = textOf(entry['command']);
  if (command === undefined) throw new Refusal('it names neither class nor command');
  return { handler: 'SolidQueue.command', payload: { command } };
}
