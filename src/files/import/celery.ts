/** A literal `beat_schedule` of Celery in a Python file. */

import { celeryWhen } from './celery-when.js';
import { lastPart } from './code-tokens.js';
import { type CodeValue, literalOf, shown } from './code-values.js';
import { type DraftFields, type Gathered, Refusal, type SourceText, zoneFrom } from './draft.js';
import { secondsFrom } from './lengths.js';
import { handlerFrom } from './names.js';
import { type Assigned, assignmentsOf, type Entry, mapEntries } from './python.js';
import { fieldsOf, textOf } from './values.js';

/** `beat_schedule`, `CELERY_BEAT_SCHEDULE`, `CELERYBEAT_SCHEDULE`. */
const SCHEDULE = /(?:^|_|\.)(?:celery_?)?beat_?schedule$/i;
const ZONE = /^(?:celery_)?timezone$/i;
const UTC = /^(?:celery_)?enable_utc$/i;

export function importCelery(gathered: Gathered, sources: readonly SourceText[]): number {
  gathered.defaults = { overlap: 'allow' };
  let found = 0;
  for (const source of sources) {
    const { assigned: own, calls } = assignmentsOf(source);
    const assigned = [
      ...own,
      ...own.flatMap(({ value }) => withinSettings(value)),
      ...calls.flatMap(withinSettings),
    ];
    readZone(gathered, assigned);
    for (const { key, value } of assigned.filter(({ name }) => SCHEDULE.test(name))) {
      const entries = key === undefined ? entriesOf(gathered, value) : [{ key, value }];
      found += entries.length;
      for (const entry of lastOnes(gathered, entries)) readEntry(gathered, entry);
    }
    for (const call of calls.filter(({ name }) => name.endsWith('.add_periodic_task'))) {
      found += 1;
      const name = call.named.get('name');
      gathered.schedule(name?.kind === 'literal' ? String(name.value) : 'periodic-task', () => {
        throw new Refusal(`${shown(call)} is made when the application starts: code, which is not run here`);
      });
    }
  }
  if (gathered.drafts.some(({ fields }) => fields['every'] !== undefined)) {
    gathered.remark('note', 'intervals count from the start of beat there, from 1970 here');
  }
  return found;
}

/** Deepest settings of an application in which those of Celery are looked for. */
const DEEPEST = 3;

/** `CELERY = {"beat_schedule": {…}, "timezone": "…"}`, also in a call, as `from_mapping(CELERY=dict(…))`. */
function withinSettings(value: CodeValue, depth = 0): Assigned[] {
  if (depth > DEEPEST) return [];
  const named = value.kind === 'call' ? [...value.named].map(([key, one]) => ({ key, value: one })) : [];
  const entries = [...named, ...mapEntries(value).entries];
  // A zone beside anything else is somebody else's.
  if (entries.some(({ key }) => SCHEDULE.test(key))) {
    return mapEntries(value).entries.map(({ key, value: one }) => ({ name: key, value: one }));
  }
  return entries.flatMap(({ value: one }) => withinSettings(one, depth + 1));
}

/** The zone of all crons; UTC where none is named. */
function readZone(gathered: Gathered, assigned: readonly Assigned[]): void {
  const last = (pattern: RegExp): CodeValue | undefined =>
    assigned.findLast(({ name, key }) => key === undefined && pattern.test(lastPart(name)))?.value;
  const zone = last(ZONE);
  const utc = last(UTC);
  if (zone?.kind === 'literal' && typeof zone.value === 'string') {
    try {
      gathered.defaults = { timezone: zoneFrom(zone.value), ...gathered.defaults };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      gathered.remark('decide', `${error.message}: set timezone in defaults`);
    }
  } else if (zone && !(zone.kind === 'literal' && zone.value === null)) {
    gathered.remark(
      'decide',
      `timezone is ${shown(zone)}: code, which is not run here; set timezone in defaults`,
    );
  } else if (utc?.kind === 'literal' && utc.value === false) {
    gathered.remark('decide', 'enable_utc is off and no timezone is named: set that of the host in defaults');
  }
}

function entriesOf(gathered: Gathered, value: CodeValue): Entry[] {
  const { entries, spreads } = mapEntries(value);
  for (const spread of spreads) {
    gathered.remark('refused', `${shown(spread)} in beat_schedule is code, which is not run here`);
  }
  if (value.kind !== 'map' && entries.length === 0 && spreads.length === 0) {
    gathered.remark('refused', `beat_schedule is ${shown(value)}: code, which is not run here`);
    return [];
  }
  return entries;
}

/** Python keeps the last one of two with one name. */
function lastOnes(gathered: Gathered, entries: readonly Entry[]): Entry[] {
  const byKey = new Map<string, Entry>();
  for (const entry of entries) {
    if (byKey.has(entry.key)) gathered.remark('warn', `${entry.key} stands twice: the last one counts`);
    byKey.set(entry.key, entry);
  }
  return [...byKey.values()];
}

function readEntry(gathered: Gathered, { key, value }: Entry): void {
  gathered.schedule(key, (id) => {
    const { entries, spreads } = mapEntries(value);
    const [spread] = spreads;
    if (spread) throw new Refusal(`it takes over ${shown(spread)}: code, which is not run here`);
    if (entries.length === 0) throw new Refusal(`it is ${shown(value)}: code, which is not run here`);
    const fields = new Map(entries.map((one) => [one.key, one.value]));
    const task = fields.get('task');
    const schedule = fields.get('schedule');
    if (!task) throw new Refusal('it names no task');
    if (!schedule) throw new Refusal('it has no schedule');
    const handler = textOf(literalOf(task, 'task'));
    if (handler === undefined) throw new Refusal('it names no task');
    const when = celeryWhen(gathered, id, schedule);
    const options = fieldsOf(literalOf(fields.get('options') ?? EMPTY, 'options'));
    return {
      fields: {
        handler: handlerFrom(handler),
        ...when,
        ...readOptions(gathered, id, options),
        payload: payloadOf(fields),
      },
    };
  });
}

const EMPTY: CodeValue = { kind: 'map', entries: [], spreads: [], text: '{}' };

function payloadOf(fields: ReadonlyMap<string, CodeValue>): DraftFields | undefined {
  const args = literalOf(fields.get('args') ?? EMPTY, 'args');
  const kwargs = fieldsOf(literalOf(fields.get('kwargs') ?? EMPTY, 'kwargs'));
  const list = Array.isArray(args) ? args : [];
  const payload = {
    ...(list.length === 0 ? {} : { args: list }),
    ...(Object.keys(kwargs).length === 0 ? {} : { kwargs }),
  };
  return Object.keys(payload).length === 0 ? undefined : payload;
}

function readOptions(
  gathered: Gathered,
  id: string,
  options: Readonly<Record<string, unknown>>,
): DraftFields {
  const { queue, expires, priority, ...others } = options;
  const name = gathered.queue(id, queue);
  if (priority !== undefined && priority !== null)
    gathered.remarkOnPriority(id, priority, 'whose order the broker decides');
  const left = Object.keys(others);
  if (left.length > 0) gathered.remark('note', `options without a counterpart: ${left.join(', ')}`, id);
  return { queue: name, expiresIn: secondsFrom(expires) };
}
