/** Properties files: keys whose value is a cron expression, with a zone beside them. */

import type { Gathered, SourceText } from './draft.js';
import { Refusal, zoneFrom } from './draft.js';
import { handlerFrom } from './names.js';
import { quartzCron } from './quartz-policies.js';

const CRON_KEY = /[.-]?(?:cron[.-]?(?:expression|expr|trigger|schedule)?|schedule|expression|expr)$/i;
const CRON_VALUE = /^[\d*?/,#LW-]+(?:\s+[\w*?/,#-]+){4,6}$/i;
const ZONE_KEYS = ['timezone', 'time-zone', 'timeZone', 'zone', 'cron.timezone', 'cron.zone'];

/** Continued lines are joined; escapes other than of signs stay. */
export function propertiesOf({ text }: SourceText): Map<string, string> {
  const properties = new Map<string, string>();
  for (const line of text.replace(/\\\n[ \t]*/g, '').split('\n')) {
    const [, key, value = ''] =
      /^[ \t]*([^#!\s=:](?:\\.|[^\s=:\\])*)[ \t]*(?:[=:][ \t]*|[ \t]+)(.*)$/.exec(line) ?? [];
    if (key !== undefined) properties.set(key.replace(/\\(.)/g, '$1'), value.replace(/\\(.)/g, '$1').trim());
  }
  return properties;
}

export function importProperties(gathered: Gathered, properties: ReadonlyMap<string, string>): number {
  let found = 0;
  for (const [key, value] of properties) {
    if (!CRON_VALUE.test(value)) continue;
    const short = key.replace(CRON_KEY, '');
    const name = short === '' ? key : short;
    found += 1;
    gathered.schedule(name, (id) => {
      if (/\$\{/.test(value))
        throw new Refusal(`${key} is ${JSON.stringify(value)}, which only the application knows`);
      const zone = ZONE_KEYS.map((last) => properties.get(`${short}.${last}`)).find(
        (one) => one !== undefined,
      );
      const timezone = zone === undefined ? undefined : zoneFrom(zone);
      gathered.remark('decide', 'a property names no job: name the handler', id);
      if (/\d/.test(value.split(/\s+/)[5] ?? '')) {
        gathered.remark(
          'warn',
          'days of the week were read as those of Quartz, 1 is Sunday; for @Scheduled of Spring 1 is Monday',
          id,
        );
      }
      return {
        fields: {
          handler: handlerFrom(name),
          ...quartzCron(gathered, id, value, timezone),
          overlap: 'allow',
        },
      };
    });
  }
  return found;
}
