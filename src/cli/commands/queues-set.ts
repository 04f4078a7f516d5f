/** `carillon queues set`, over the API: a flag for each setting there is. */

import type { Command } from 'commander';
import { CarillonError } from '../../domain/input/errors.js';
import { supported } from '../../domain/input/readers.js';
import { QUEUE_SETTINGS } from '../../tasks/queue-settings.js';
import { remoteCommand, remoteOf } from '../command.js';
import { kebab } from '../flags.js';
import type { Surroundings } from '../surroundings.js';

type Flags = Readonly<Record<string, string | boolean | undefined>> & { url?: string; json?: boolean };

export function setCommand(
  surroundings: Surroundings,
  show: (facts: unknown, flags: { json?: boolean }) => void,
): Command {
  const made = remoteCommand(
    'set',
    'Change settings of a queue; those not named stay as they are',
    'carillon queues set mail --concurrency 5 --key-concurrency 1 --rate 100/1m',
  ).argument('<queue>');
  const names = supported(QUEUE_SETTINGS) as (keyof typeof QUEUE_SETTINGS)[];
  for (const name of names) {
    const { word = 'value', about = '' } = QUEUE_SETTINGS[name];
    made.option(`--${kebab(name)} <${word}>`, `${about}; or: default`);
  }
  return made.action(async (queue: string, flags: Flags) => {
    const given = names.filter((name) => typeof flags[name] === 'string');
    if (given.length === 0) throw new CarillonError('usage', 'Nothing to set: see --help.');
    const body = Object.fromEntries(given.map((name) => [name, settingOf(name, String(flags[name]))]));
    const { url, json } = flags;
    const remote = remoteOf(surroundings, url === undefined ? {} : { url });
    show(await remote.patch(`/v1/queues/${encodeURIComponent(queue)}`, body), json ? { json } : {});
  });
}

/** JSON, a number, or the text as it is; a rate also as `10/1s`, `10/1s/key`, or several of these. */
function settingOf(name: string, text: string): unknown {
  if (text === 'default') return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  if (/^[[{]/.test(text)) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new CarillonError(
        'usage',
        `--${kebab(name)} must be JSON where it begins like it, not "${text}".`,
      );
    }
  }
  if (/oncurrency$/.test(name)) {
    throw new CarillonError('usage', `--${kebab(name)} must be a whole number or default, not "${text}".`);
  }
  if (name !== 'rate') return text;
  const rules = text.split(',').map((one) => /^(\d{1,9})\/(\w+)(\/key)?$/.exec(one));
  if (rules.some((rule) => rule === null)) {
    const example = '10/1s, 10/1s/key, or JSON';
    throw new CarillonError('usage', `--rate must be like ${example}, not "${text}".`);
  }
  const values = rules.map((rule) => ({
    limit: Number(rule?.[1]),
    per: rule?.[2],
    ...(rule?.[3] === undefined ? {} : { key: true }),
  }));
  return values.length === 1 ? values[0] : values;
}
