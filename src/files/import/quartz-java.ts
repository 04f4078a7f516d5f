/** Triggers that Java builds for Quartz, and the jobs that they belong to. */

import { type Call, type CodeValue, literalOf, shown } from './code-values.js';
import { type DraftFields, type Gathered, Refusal, type SourceText } from './draft.js';
import { chainOf, className, JavaSource, lastPart } from './java.js';
import { handlerFrom, idFromCode } from './names.js';
import { scheduleFields } from './quartz-builders.js';
import { remarkOnPriority } from './quartz-policies.js';
import { importScheduled } from './scheduled.js';

/** A job as it was built, by every name that a trigger may know it by. */
interface Detail {
  names: Set<string>;
  type: string | undefined;
  identity: string | undefined;
  /** Keys and values in turn. */
  data: CodeValue[];
}

export function importJava(
  gathered: Gathered,
  sources: readonly SourceText[],
  properties: ReadonlyMap<string, string>,
  used: Set<string>,
): number {
  const files = sources.map((source) => new JavaSource(source));
  const single = new Set(files.flatMap((file) => file.annotated('DisallowConcurrentExecution')));
  let found = 0;
  for (const file of files) {
    found += importScheduled(gathered, file, properties, used);
    const details = [...file.calls('newJob')].map((index) => detailAt(file, index));
    link(file, details);
    const read: [number, number][] = [];
    for (const index of file.calls('newTrigger')) {
      const { value, next } = file.valueAt(index);
      read.push([index, next]);
      found += 1;
      readTrigger(gathered, { file, index, value, details, single });
    }
    found += strayBuilders(gathered, file, read);
  }
  return found;
}

function detailAt(file: JavaSource, index: number): Detail {
  const calls = chainOf(file.valueAt(index).value);
  const names = new Set<string>();
  let identity: string | undefined;
  const data: CodeValue[] = [];
  let type = className(calls[0]?.args[0]);
  for (const { name, args } of calls) {
    if (name === 'withIdentity') identity = textArgument(args[0]);
    if (name === 'ofType') type = className(args[0]);
    if (name === 'usingJobData') data.push(...args);
  }
  const called = [identity, file.variableAt(index), file.methodAt(index)];
  for (const one of called) if (one !== undefined) names.add(one);
  return { names, type, identity, data };
}

/** `scheduler.scheduleJob(job, trigger)`: the trigger's variable is one more name of the job. */
function link(file: JavaSource, details: readonly Detail[]): void {
  for (const index of file.calls('scheduleJob')) {
    const { value } = file.valueAt(index);
    const [detail, trigger] = value.kind === 'call' ? value.args : [];
    if (detail?.kind !== 'name' || trigger?.kind !== 'name') continue;
    details.find(({ names }) => names.has(detail.name))?.names.add(`trigger ${trigger.name}`);
  }
}

interface Trigger {
  file: JavaSource;
  index: number;
  value: CodeValue;
  details: readonly Detail[];
  single: ReadonlySet<string>;
}

function readTrigger(gathered: Gathered, { file, index, value, details, single }: Trigger): void {
  const calls = chainOf(value);
  const variable = file.variableAt(index);
  const by = new Map(calls.map((call) => [call.name, call]));
  const identity = textArgument(by.get('withIdentity')?.args[0]);
  const asked = nameOf(by.get('forJob')?.args[0]);
  const detail =
    details.find(({ names }) => names.has(asked ?? `trigger ${variable}`)) ??
    (asked === undefined && details.length === 1 ? details[0] : undefined);
  const name = identity ?? detail?.identity ?? variable ?? file.methodAt(index) ?? 'trigger';
  gathered.schedule(idFromCode(name), (id) => {
    const schedule = by.get('withSchedule')?.args[0];
    if (calls.length === 0) throw new Refusal(`${shown(value)} is code, which is not run here`);
    if (!schedule) throw new Refusal('it has no withSchedule: a trigger that fires once is a task');
    const fields = scheduleFields(gathered, id, schedule);
    const type = detail?.type;
    if (type === undefined)
      gathered.remark('decide', 'which job it triggers is not told: name the handler', id);
    remarkOnRest(gathered, id, by);
    const own = calls.filter((call) => call.name === 'usingJobData').flatMap(({ args }) => args);
    const data = dataOf([...(detail?.data ?? []), ...own]);
    return {
      fields: {
        handler: handlerFrom(type ?? asked ?? name),
        ...fields,
        overlap: type !== undefined && single.has(type) ? 'wait' : 'allow',
        payload: Object.keys(data).length === 0 ? undefined : data,
        description: textArgument(by.get('withDescription')?.args[0]),
      },
    };
  });
}

function remarkOnRest(gathered: Gathered, id: string, by: ReadonlyMap<string, Call>): void {
  for (const name of ['startAt', 'endAt']) {
    const argument = by.get(name)?.args[0];
    if (argument) gathered.remark('decide', `${name} is ${shown(argument)}: code, which is not run here`, id);
  }
  const priority = by.get('withPriority')?.args[0];
  if (priority) remarkOnPriority(gathered, id, shown(priority));
  if (by.has('modifiedByCalendar')) {
    gathered.remark('decide', 'modifiedByCalendar: write its days as exclude', id);
  }
}

/** Pairs of a key and a literal. */
function dataOf(args: readonly CodeValue[]): DraftFields {
  const pairs: [string, unknown][] = [];
  for (let at = 0; at + 1 < args.length; at += 2) {
    const [key, value] = [args[at], args[at + 1]];
    if (key && value) pairs.push([String(literalOf(key, 'usingJobData')), literalOf(value, 'usingJobData')]);
  }
  return Object.fromEntries(pairs);
}

/** A text, the name of a variable, of a method that is called, or of a key that is made of one. */
function nameOf(value: CodeValue | undefined): string | undefined {
  if (value?.kind === 'name') return value.name;
  if (value?.kind === 'call')
    return value.args.length > 0 ? textArgument(value.args[0]) : lastPart(value.name);
  return textArgument(value);
}

/** A literal, also one that a key is made of: `jobKey("x")`. */
function textArgument(value: CodeValue | undefined): string | undefined {
  if (value?.kind === 'call') return textArgument(value.args[0]);
  return value?.kind === 'literal' && typeof value.value === 'string' ? value.value : undefined;
}

/** Builders apart from a trigger, and factories of Spring: what they are for stands elsewhere. */
function strayBuilders(gathered: Gathered, file: JavaSource, read: readonly [number, number][]): number {
  let found = 0;
  for (const index of file.calls('cronSchedule', 'setCronExpression')) {
    if (read.some(([from, to]) => index >= from && index < to)) continue;
    found += 1;
    const { value } = file.valueAt(index);
    const name = file.methodAt(index) ?? file.classAt(index) ?? 'trigger';
    gathered.schedule(idFromCode(name), (id) => {
      const [expression] = chainOf(value).find(({ args }) => args.length > 0)?.args ?? [];
      if (!expression) throw new Refusal(`${shown(value)} is code, which is not run here`);
      gathered.remark('decide', 'which job it triggers is not told: name the handler', id);
      const call: CodeValue = {
        kind: 'call',
        name: 'cronSchedule',
        args: [expression],
        named: new Map(),
        text: shown(value),
      };
      const chained = chainOf(value)[0]?.name.endsWith('cronSchedule') ? value : call;
      return {
        fields: { handler: handlerFrom(name), ...scheduleFields(gathered, id, chained), overlap: 'allow' },
      };
    });
  }
  return found;
}
