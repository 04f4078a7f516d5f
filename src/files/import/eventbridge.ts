/** Schedules and rules of EventBridge: CloudFormation and SAM templates, or JSON of the AWS command line. */

import { isHandlerName } from '../../domain/input/names.js';
import { expressionOf } from './aws-expression.js';
import { Literals } from './cloudformation.js';
import { type DraftFields, type Gathered, Refusal, type SourceText, zoneFrom } from './draft.js';
import { phaseFrom, secondsFrom } from './lengths.js';
import { handlerFrom, idFromCode } from './names.js';
import { type Fields, fieldsOf, isFields, listOf, textOf } from './values.js';
import { readYaml } from './yaml.js';
import { timeOf } from './years.js';

/** A schedule with its properties, wherever it was written. */
interface Found {
  name: string;
  properties: Fields;
  /** One of what it starts; several are several schedules. */
  target: Fields;
  kind: 'schedule' | 'rule';
}

export function importEventbridge(gathered: Gathered, sources: readonly SourceText[]): number {
  gathered.defaults = { overlap: 'allow' };
  let count = 0;
  for (const source of sources) {
    for (const document of readYaml(gathered, source, { version: '1.2', tags: true })) {
      const literals = new Literals(gathered, fieldsOf(document)['Parameters']);
      if (fieldsOf(document)['NextToken'] !== undefined) {
        const text = `${source.path} is one page of an answer that goes on (NextToken): the rest is not here`;
        gathered.remark('warn', text);
      }
      const found = foundIn(document, literals);
      count += found.length;
      if (found.some(({ kind }) => kind === 'schedule')) {
        // Its rule for local times; rules of a bus go by UTC.
        gathered.defaults = { overlap: 'allow', dst: { gap: 'skip', fold: 'first' } };
      }
      for (const one of found)
        gathered.schedule(one.name, (id) => ({ fields: readOne(gathered, id, one, literals) }));
    }
  }
  const aligned = gathered.drafts.some(({ fields }) => fields['every'] !== undefined && !fields['startAt']);
  if (aligned) {
    gathered.remark('note', 'rate counts from when the schedule was made there, from 1970 here');
  }
  return count;
}

function foundIn(document: unknown, literals: Literals): Found[] {
  const resources = fieldsOf(document)['Resources'];
  if (isFields(resources)) {
    return Object.entries(resources).flatMap(([id, resource]) =>
      inResource(id, fieldsOf(resource), literals),
    );
  }
  return inAnswer(document);
}

function inResource(id: string, resource: Fields, literals: Literals): Found[] {
  const properties = fieldsOf(resource['Properties']);
  const name = literals.maybe(properties['Name']) ?? idFromCode(id);
  switch (resource['Type']) {
    case 'AWS::Scheduler::Schedule':
      return [{ name, properties, target: fieldsOf(properties['Target']), kind: 'schedule' }];
    case 'AWS::Events::Rule':
      return inRule(name, properties);
    case 'AWS::Serverless::Function':
    case 'AWS::Serverless::StateMachine':
      return Object.entries(fieldsOf(properties['Events'])).flatMap(([key, event]) =>
        inEvent(id, key, fieldsOf(event), literals),
      );
    default:
      return [];
  }
}

function inRule(name: string, properties: Fields): Found[] {
  if (properties['ScheduleExpression'] === undefined) return [];
  const targets = listOf(properties['Targets']).map(fieldsOf);
  const all = targets.length === 0 ? [{}] : targets;
  return all.map((target) => ({ name, properties, target, kind: 'rule' as const }));
}

/** An event of a SAM function: the function is what it starts. */
function inEvent(owner: string, key: string, event: Fields, literals: Literals): Found[] {
  const given = fieldsOf(event['Properties']);
  const type = event['Type'];
  if (type !== 'Schedule' && type !== 'ScheduleV2') return [];
  const name = literals.maybe(given['Name']) ?? idFromCode(`${owner}-${key}`);
  const expression = given['ScheduleExpression'] ?? given['Schedule'];
  const state = given['Enabled'] === false ? 'DISABLED' : given['State'];
  const properties = {
    ...given,
    ScheduleExpression: expression,
    ...(state === undefined ? {} : { State: state }),
  };
  const target = { Arn: { Ref: owner }, Input: given['Input'], RetryPolicy: given['RetryPolicy'] };
  return [{ name, properties, target, kind: type === 'Schedule' ? 'rule' : 'schedule' }];
}

/** `get-schedule`, `list-rules`, `describe-rule`, also several of them in a list. */
function inAnswer(value: unknown): Found[] {
  if (Array.isArray(value)) return value.flatMap(inAnswer);
  const top = fieldsOf(value);
  const lists = [...listOf(top['Rules']), ...listOf(top['Schedules'])];
  if (lists.length > 0) return lists.flatMap(inAnswer);
  const name = textOf(top['Name']);
  if (name === undefined || top['EventPattern'] !== undefined) return [];
  const arn = textOf(top['Arn']) ?? textOf(top['ScheduleArn']) ?? '';
  const kind = top['Target'] !== undefined || arn.includes(':scheduler:') ? 'schedule' : 'rule';
  if (kind === 'rule') return inRule(name, top);
  return [{ name, properties: top, target: fieldsOf(top['Target']), kind }];
}

function readOne(gathered: Gathered, id: string, one: Found, literals: Literals): DraftFields {
  const { properties, target, kind } = one;
  if (properties['ScheduleExpression'] === undefined) {
    throw new Refusal('it has no ScheduleExpression (list-schedules does not tell it, get-schedule does)');
  }
  const expression = literals.text(id, 'ScheduleExpression', properties['ScheduleExpression']);
  const zone = literals.optional(id, 'ScheduleExpressionTimezone', properties['ScheduleExpressionTimezone']);
  const timezone = zone === undefined ? undefined : zoneFrom(zone);
  const { fields, startAt, endAt } = expressionOf(gathered, id, expression, timezone ?? 'UTC');
  const isCron = fields['cron'] !== undefined;
  const from = timeOf(literals.optional(id, 'StartDate', properties['StartDate']), 1_000);
  return {
    handler: handlerOf(gathered, id, one, literals),
    ...fields,
    timezone: isCron && kind === 'schedule' ? timezone : undefined,
    jitter: jitterOf(fieldsOf(properties['FlexibleTimeWindow'])),
    phase: phaseFrom(fields['every'], from),
    startAt: from ?? startAt,
    endAt: timeOf(literals.optional(id, 'EndDate', properties['EndDate']), 1_000) ?? endAt,
    retry: retryOf(fieldsOf(target['RetryPolicy'])),
    enabled: enabledOf(gathered, id, properties['State'], literals),
    payload: payloadOf(gathered, id, target, literals),
    description: literals.maybe(properties['Description']),
  };
}

function jitterOf(window: Fields): string | undefined {
  return window['Mode'] === 'FLEXIBLE'
    ? secondsFrom(Number(window['MaximumWindowInMinutes'] ?? 0) * 60)
    : undefined;
}

/** Of the delivery there, of the run here. */
function retryOf(policy: Fields): DraftFields | undefined {
  const retries = Number(policy['MaximumRetryAttempts'] ?? Number.NaN);
  const maxElapsed = secondsFrom(Number(policy['MaximumEventAgeInSeconds'] ?? Number.NaN));
  const attempts = retries >= 0 ? { maxAttempts: retries + 1 } : {};
  const retry = { ...attempts, ...(maxElapsed === undefined ? {} : { maxElapsed }) };
  return Object.keys(retry).length === 0 ? undefined : retry;
}

function enabledOf(gathered: Gathered, id: string, state: unknown, literals: Literals): false | undefined {
  if (state === undefined) return undefined;
  const text = literals.maybe(state);
  if (text === undefined) gathered.remark('decide', 'State is no literal: enabled here', id);
  return text === 'DISABLED' ? false : undefined;
}

function payloadOf(gathered: Gathered, id: string, target: Fields, literals: Literals): unknown {
  if (target['InputPath'] !== undefined || target['InputTransformer'] !== undefined) {
    gathered.remark('warn', 'its input is made of the event there, and there is no event here', id);
  }
  const given = target['Input'];
  if (given === undefined || given === null) return undefined;
  const text = literals.text(id, 'Input', given);
  if (text.includes('<aws.scheduler.')) {
    const why =
      'what its input names <aws.scheduler.…> is filled in there; a handler finds its like in ctx.schedule';
    gathered.remark('warn', why, id);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The name of what is started: of a function, a queue, a state machine; else that of the schedule. */
function handlerOf(
  gathered: Gathered,
  id: string,
  { target, name }: Pick<Found, 'target' | 'name'>,
  literals: Literals,
): string {
  const own = literals.logicalName(target['Arn']);
  if (own !== undefined) return handlerFrom(own);
  const arn = literals.maybe(target['Arn']);
  const parts = arn?.split(':') ?? [];
  const [, , service] = parts;
  // arn:aws:scheduler:::aws-sdk:sqs:sendMessage
  const called = service === 'scheduler' ? parts.slice(6).join('.') : undefined;
  const last = service === 'lambda' ? parts[6] : parts.at(-1)?.split('/').at(-1);
  const found = called || last;
  if (!found) gathered.remark('decide', 'what it starts is not told: name the handler', id);
  return found !== undefined && isHandlerName(found) ? found : handlerFrom(found || name);
}
