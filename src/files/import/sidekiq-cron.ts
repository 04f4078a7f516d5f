/** Schedules of sidekiq-cron: by name, as a list, or under `:schedule:` of sidekiq.yml; keys of sidekiq-scheduler, too. */

import { type DraftFields, type Gathered, Refusal, type SourceText } from './draft.js';
import { whenOf } from './fugit.js';
import { everyFrom, rubyLength } from './lengths.js';
import { handlerFrom } from './names.js';
import { descriptionOf, payloadOf, readRubyYaml, refuseCode } from './ruby.js';
import { type Fields, fieldsOf, isFields, textOf } from './values.js';

export function importSidekiqCron(gathered: Gathered, sources: readonly SourceText[]): number {
  gathered.defaults = { overlap: 'allow', dst: { gap: 'skip', fold: 'both' } };
  const entries = sources.flatMap((source) => entriesOf(gathered, readRubyYaml(gathered, source)));
  for (const { name, entry } of entries) {
    gathered.schedule(name, (id) => ({ fields: readOne(gathered, id, entry) }));
  }
  return entries.length;
}

interface Named {
  name: string;
  entry: Fields;
}

function entriesOf(gathered: Gathered, value: unknown): Named[] {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (!isFields(item)) gathered.remark('refused', `item ${index + 1} of the list is no entry`);
    }
    return value.filter(isFields).map((entry) => ({ name: textOf(entry['name']) ?? 'schedule', entry }));
  }
  const top = fieldsOf(value);
  const inner = top['schedule'] ?? fieldsOf(top['scheduler'])['schedule'];
  if (typeof inner === 'object' && inner !== null) return entriesOf(gathered, inner);
  for (const [name, group] of Object.entries(top)) {
    const within = Object.values(fieldsOf(group)).some((one) => isFields(one) && isEntry(one));
    if (!within) continue;
    const text = `${name} holds entries of its own, which the application picks: import what stands below it by itself`;
    gathered.remark('refused', text);
  }
  return Object.entries(top).flatMap(([name, entry]) =>
    isFields(entry) && isEntry(entry) ? [{ name, entry }] : [],
  );
}

/** Other keys of sidekiq.yml hold numbers and lists; one without a class or a time is told of. */
function isEntry(entry: Fields): boolean {
  return ['cron', 'every', 'in', 'at', 'class', 'klass', 'interval'].some((key) => entry[key] !== undefined);
}

function readOne(gathered: Gathered, id: string, entry: Fields): DraftFields {
  const { description: _, ...acted } = entry;
  refuseCode(acted);
  const handler = textOf(entry['class']) ?? textOf(entry['klass']);
  if (handler === undefined) throw new Refusal('it names no class');
  const when = whenIn(gathered, id, entry);
  const queue = gathered.queue(id, textOf(entry['queue']) ?? entry['queue_name']);
  if (entry['date_as_argument'] === true) {
    gathered.remark(
      'warn',
      'date_as_argument: the time is no argument here; a handler finds it in ctx.schedule',
      id,
    );
  }
  const disabled = entry['status'] === 'disabled' || entry['enabled'] === false;
  return {
    handler: handlerFrom(handler),
    ...when,
    queue,
    payload: payloadOf(spelledOut(entry['args'])),
    ...(disabled ? { enabled: false } : {}),
    description: descriptionOf(gathered, id, entry['description']),
  };
}

function whenIn(gathered: Gathered, id: string, entry: Fields): DraftFields {
  // sidekiq-scheduler writes options behind the time.
  const first = (value: unknown): string | undefined => textOf(Array.isArray(value) ? value[0] : value);
  const [, more] = [entry['cron'], entry['every'], entry['interval']].find(Array.isArray) ?? [];
  const options = Object.keys(fieldsOf(more)).join(', ');
  if (options !== '')
    gathered.remark('note', `options behind its time without a counterpart: ${options}`, id);
  const cron = first(entry['cron']);
  if (cron !== undefined) return whenOf(gathered, id, cron);
  const every = first(entry['every']) ?? first(entry['interval']);
  if (every === undefined) throw new Refusal('it has neither cron nor every');
  const ms = rubyLength(every);
  if (ms === undefined) return whenOf(gathered, id, `every ${every}`);
  gathered.remark('note', 'every counts from the start there, from 1970 here');
  return { every: everyFrom(ms) };
}

/** A text may be JSON of them. */
function spelledOut(args: unknown): unknown {
  if (typeof args !== 'string' || !/^\s*\[/.test(args)) return args;
  try {
    return JSON.parse(args) as unknown;
  } catch {
    return args;
  }
}
