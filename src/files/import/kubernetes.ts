/** CronJobs of Kubernetes manifests, however many documents and lists they stand in. */

import { MOST_ATTEMPTS } from '../../domain/task/retry-fields.js';
import { cronFor, KUBERNETES } from './cron.js';
import { type DraftFields, type Gathered, Refusal, type SourceText, zoneFrom } from './draft.js';
import { everyFrom, goLength, secondsFrom } from './lengths.js';
import { type Fields, fieldsOf, isFields, listOf, textOf } from './values.js';
import { readYaml } from './yaml.js';

const OVERLAPS: ReadonlyMap<string, string> = new Map(
  Object.entries({ Allow: 'allow', Forbid: 'skip', Replace: 'replace' }),
);
/** Of the batch API. */
const DEFAULT_BACKOFF_LIMIT = 6;
/** How long it keeps what has ended. */
const HISTORY = ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit', 'ttlSecondsAfterFinished'];

export function importKubernetes(gathered: Gathered, sources: readonly SourceText[]): number {
  gathered.defaults = { dst: { gap: 'skip', fold: 'both' } };
  const found = sources
    .flatMap((source) => readYaml(gathered, source, { version: '1.1' }))
    .flatMap((document) => cronObjects(document));
  const spaces = new Set(found.map((object) => fieldsOf(object['metadata'])['namespace']));
  for (const object of found) {
    const metadata = fieldsOf(object['metadata']);
    const name = textOf(metadata['name']) ?? textOf(metadata['generateName']) ?? 'schedule';
    gathered.schedule(name, (id) => {
      const { fields, comments } = readOne(gathered, id, object);
      const space = spaces.size > 1 ? textOf(metadata['namespace']) : undefined;
      return { fields, comments: [...(space === undefined ? [] : [`namespace ${space}`]), ...comments] };
    });
  }
  if (found.length > 0) {
    gathered.remark(
      'note',
      'the handler has the name of the CronJob: what its container runs is for a worker to do, and is not imported',
    );
  }
  return found.length;
}

/** A List holds objects of any kind. */
function cronObjects(value: unknown): Fields[] {
  if (Array.isArray(value)) return value.flatMap(cronObjects);
  if (!isFields(value)) return [];
  if (value['kind'] === 'CronJob') return [value];
  return listOf(value['items']).flatMap((item) =>
    isFields(item) && item['kind'] === undefined && value['kind'] === 'CronJobList'
      ? [item]
      : cronObjects(item),
  );
}

function readOne(
  gathered: Gathered,
  id: string,
  object: Fields,
): { fields: DraftFields; comments: string[] } {
  const spec = fieldsOf(object['spec']);
  const templated = [fieldsOf(object['metadata'])['name'], spec['schedule'], spec['timeZone']].some(isFields);
  if (templated) throw new Refusal('it is a template ({{ … }}): render it first, as with helm template');
  const template = fieldsOf(fieldsOf(spec['jobTemplate'])['spec']);
  const when = readWhen(gathered, id, spec);
  const policy = textOf(spec['concurrencyPolicy']) ?? 'Allow';
  const overlap = OVERLAPS.get(policy);
  if (overlap === undefined) throw new Refusal(`concurrencyPolicy ${policy} is not known`);
  const window = secondsFrom(spec['startingDeadlineSeconds']);
  const timeout = secondsFrom(template['activeDeadlineSeconds']);
  if (timeout !== undefined)
    gathered.remark('note', 'activeDeadlineSeconds covers all tries in Kubernetes, timeout one attempt');
  if (several(template)) {
    gathered.remark(
      'warn',
      'it runs several pods at a time or one after another; here a run is one task',
      id,
    );
  }
  if (template['podFailurePolicy'] !== undefined) {
    gathered.remark('warn', 'podFailurePolicy decides there what is tried again; here each failure is', id);
  }
  if (HISTORY.some((key) => spec[key] !== undefined || template[key] !== undefined)) {
    gathered.remark('note', `${HISTORY.join(', ')}: how long runs are kept is retention here`);
  }
  const fields = {
    handler: id,
    ...when,
    overlap,
    ...(window === undefined ? {} : { catchUp: { policy: 'latest', window } }),
    timeout,
    retry: { maxAttempts: attempts(gathered, template) },
    ...(spec['suspend'] === true ? { enabled: false } : {}),
  };
  return { fields, comments: containerComments(template) };
}

function readWhen(gathered: Gathered, id: string, spec: Fields): DraftFields {
  const schedule = textOf(spec['schedule']);
  if (schedule === undefined) throw new Refusal('it has no schedule');
  const [, prefix, text = ''] = /^(?:(?:CRON_)?TZ=(\S+)\s+)?([\s\S]*)$/.exec(schedule) ?? [];
  const interval = /^@every\s+(\S+)$/.exec(text)?.[1];
  if (interval !== undefined) {
    const ms = goLength(interval);
    if (ms === undefined) throw new Refusal(`@every ${interval} is no length of time`);
    gathered.remark('note', '@every counts from the last start in Kubernetes, from 1970 here', id);
    // Whole seconds, and at least one.
    return { every: everyFrom(Math.max(1, Math.floor(ms / 1_000)) * 1_000) };
  }
  const zone = textOf(spec['timeZone']) ?? prefix;
  const timezone = zone === undefined ? undefined : zoneFrom(zone);
  if (timezone === undefined) {
    gathered.remark('note', 'no timeZone: that of the controller, mostly UTC; here the default, UTC', id);
  }
  const { cron } = cronFor(gathered, id, text, KUBERNETES);
  return { cron, timezone };
}

function attempts(gathered: Gathered, template: Fields): number {
  const limit = template['backoffLimit'];
  if (typeof limit === 'number' && limit >= 0) {
    if (limit >= MOST_ATTEMPTS)
      gathered.remark('note', `backoffLimit ${limit}: here at most ${MOST_ATTEMPTS} attempts`);
    return Math.min(limit + 1, MOST_ATTEMPTS);
  }
  gathered.remark(
    'note',
    `default backoffLimit ${DEFAULT_BACKOFF_LIMIT} = ${DEFAULT_BACKOFF_LIMIT + 1} attempts`,
  );
  return DEFAULT_BACKOFF_LIMIT + 1;
}

function several(template: Fields): boolean {
  return ['parallelism', 'completions'].some((key) => Number(template[key] ?? 1) > 1);
}

/** What its containers run, for whoever writes the handler. */
function containerComments(template: Fields): string[] {
  const pod = fieldsOf(fieldsOf(template['template'])['spec']);
  return listOf(pod['containers']).map((one) => {
    const container = fieldsOf(one);
    const words = [...listOf(container['command']), ...listOf(container['args'])].map(String);
    const image = textOf(container['image']) ?? 'no image';
    return words.length === 0 ? image : `${image}: ${words.join(' ')}`;
  });
}
