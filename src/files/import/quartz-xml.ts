/** Jobs and triggers in XML: of the Quartz plug-in, of Quartz.NET, and `task:scheduled` of Spring. */

import { cronFor, SPRING } from './cron.js';
import { type DraftFields, type Gathered, Refusal, type SourceText, zoneFrom } from './draft.js';
import { everyFrom, phaseFrom } from './lengths.js';
import { handlerFrom, idFromCode } from './names.js';
import { misfireOf, quartzCron, remarkOnPriority } from './quartz-policies.js';
import { childText, type Element, elementsIn, readXml } from './xml.js';
import { timeOf } from './years.js';

export function importTriggersXml(gathered: Gathered, source: SourceText): number {
  const root = readXml(source);
  const details = elementsIn(root, 'job').filter(
    (element) => childText(element, 'job-class', 'job-type') !== undefined,
  );
  const triggers = elementsIn(root, 'trigger').flatMap((element) =>
    element.children.filter(({ name }) => KINDS.includes(name)),
  );
  for (const trigger of triggers) readTrigger(gathered, trigger, details);
  const scheduled = elementsIn(root, 'scheduled');
  for (const element of scheduled) readScheduled(gathered, element);
  return triggers.length + scheduled.length;
}

const KINDS = ['cron', 'simple', 'calendar-interval'];

function readTrigger(gathered: Gathered, trigger: Element, details: readonly Element[]): void {
  const name = childText(trigger, 'name') ?? 'trigger';
  gathered.schedule(idFromCode(name), (id) => {
    const detailName = childText(trigger, 'job-name');
    const group = childText(trigger, 'job-group');
    const named = details.filter((element) => childText(element, 'name') === detailName);
    const detail = named.find((element) => childText(element, 'group') === group) ?? named[0];
    // Quartz.NET writes the assembly behind a comma.
    const type = detail && childText(detail, 'job-class', 'job-type')?.split(',')[0]?.trim();
    if (type === undefined)
      gathered.remark('decide', `the job ${detailName} is not in the file: name the handler`, id);
    const priority = childText(trigger, 'priority');
    if (priority !== undefined) remarkOnPriority(gathered, id, priority);
    if (childText(trigger, 'calendar-name') !== undefined) {
      gathered.remark('decide', 'calendar-name: write its days as exclude', id);
    }
    const data = { ...(detail ? dataOf(detail) : {}), ...dataOf(trigger) };
    return {
      fields: {
        handler: handlerFrom(type ?? detailName ?? name),
        ...whenOf(gathered, id, trigger),
        ...misfireOf(childText(trigger, 'misfire-instruction') ?? ''),
        overlap: 'allow',
        payload: Object.keys(data).length === 0 ? undefined : data,
        description: childText(trigger, 'description') ?? (detail && childText(detail, 'description')),
      },
      comments: group === undefined ? [] : [`group ${group} there`],
    };
  });
}

function whenOf(gathered: Gathered, id: string, trigger: Element): DraftFields {
  const zone = childText(trigger, 'time-zone');
  const timezone = zone === undefined ? undefined : zoneFrom(zone);
  const given = {
    startAt: timeOf(childText(trigger, 'start-time'), 1, timezone),
    endAt: timeOf(childText(trigger, 'end-time'), 1, timezone),
  };
  const bounds = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  if (trigger.name === 'calendar-interval')
    throw new Refusal('calendar-interval has no counterpart: write a cron expression');
  if (trigger.name === 'cron') {
    const expression = childText(trigger, 'cron-expression');
    if (expression === undefined) throw new Refusal('it has no cron-expression');
    return { ...quartzCron(gathered, id, expression, timezone), ...bounds };
  }
  const count = Number(childText(trigger, 'repeat-count') ?? 0);
  const interval = Number(childText(trigger, 'repeat-interval') ?? 0);
  if (count === 0) throw new Refusal('it fires once: that is a task');
  const every = everyFrom(interval);
  const maxRuns = count < 0 ? undefined : count + 1;
  return { every, phase: phaseFrom(every, given.startAt), maxRuns, ...bounds };
}

function dataOf(element: Element): DraftFields {
  const entries = element.children
    .filter(({ name }) => name === 'job-data-map')
    .flatMap((map) => elementsIn(map, 'entry'));
  return Object.fromEntries(
    entries.map((entry) => [childText(entry, 'key') ?? '', childText(entry, 'value') ?? '']),
  );
}

/** `<task:scheduled ref="reports" method="send" cron="…"/>` */
function readScheduled(gathered: Gathered, { attributes }: Element): void {
  const { ref = '', method = '', cron } = attributes;
  const name = [ref, method].filter((part) => part !== '').join('.');
  gathered.schedule(idFromCode(name || 'scheduled'), (id) => {
    if (cron === undefined) {
      const ms = Number(attributes['fixed-rate'] ?? attributes['fixed-delay'] ?? Number.NaN);
      if (Number.isNaN(ms)) throw new Refusal('it has neither cron nor fixed-rate');
      return { fields: { handler: handlerFrom(name), every: everyFrom(ms), overlap: 'skip' } };
    }
    if (/[$#]\{/.test(cron))
      throw new Refusal(`cron is ${JSON.stringify(cron)}, which only the application knows`);
    const { cron: converted } = cronFor(gathered, id, cron, SPRING);
    return {
      fields: {
        handler: handlerFrom(name),
        cron: converted,
        dst: { gap: 'skip', fold: 'both' },
        overlap: 'skip',
      },
    };
  });
}
