/** Triggers that Java builds for Quartz, and the jobs that they belong to. */

import { type Call, type CodeValue, literalOf, shown } from './code-values.js';
import { type DraftFields, type Gathered, Refusal, type SourceText } from './draft.js';
import { chainOf, JavaSource } from './java.js';
import { handlerFrom, idFromCode } from './names.js';
import { scheduleFields } from './quartz-builders.js';
import { Details, nameOf, textArgument } from './quartz-details.js';
import { remarkOnPriority } from './quartz-policies.js';
import { importScheduled } from './scheduled.js';

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
    const details = new Details(file);
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

interface Trigger {
  file: JavaSource;
  index: number;
  value: CodeValue;
  details: Details;
  single: ReadonlySet<string>;
}

function readTrigger(gathered: Gathered, { file, index, value, details, single }: Trigger): void {
  const calls = chainOf(value);
  const variable = file.variableAt(index);
  const by = new Map(calls.map((call) => [call.name, call]));
  const identity = textArgument(by.get('withIdentity')?.args[0]);
  const wanted = by.get('forJob')?.args[0];
  const asked = nameOf(wanted);
  const detail = details.of(index, variable, wanted);
  const name = identity ?? detail?.identity ?? variable ?? file.methodAt(index) ?? 'trigger';
  gathered.schedule(idFromCode(name), (id) => {
    const schedule = by.get('withSchedule')?.args[0];
    if (calls.length === 0) throw new Refusal(`${shown(value)} is code, which is not run here`);
    if (!schedule) throw new Refusal('it has no withSchedule: a trigger that fires once is a task');
    const fields = scheduleFields(gathered, id, schedule);
    const type = detail?.type;
    if (type === undefined) {
      const text =
        asked === undefined
          ? 'which job it triggers is not told: name the handler'
          : `the class of the job ${asked} is not told: the handler has its name`;
      gathered.remark('decide', text, id);
    }
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
