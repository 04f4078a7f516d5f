/** Crontabs, of a user or of the system: lines of the environment, nicknames, percent signs, and commands. */

import { FIELDS, MINUTE } from '../../domain/spec/cron-fields.js';
import { isSettable } from '../../domain/task/command-variables.js';
import { cronFor, VIXIE } from './cron.js';
import { type Around, type CommandPayload, commandOf, SHELL } from './crontab-command.js';
import { hasUserColumn } from './crontab-users.js';
import { type DraftFields, type Gathered, Refusal, type SourceText, zoneFrom } from './draft.js';
import { everyFrom, goLength } from './lengths.js';
import { programName } from './shell-words.js';

/** Of the environment, and of no command. */
const SETTINGS =
  /^(?:MAILTO|MAILFROM|CRON_TZ|SHELL|HOME|RANDOM_DELAY|START_HOURS_RANGE|CRONDARGS|CONTENT_(?:TYPE|TRANSFER_ENCODING))$/;
const VARIABLE = /^[ \t]*("[^"]+"|'[^']+'|[A-Za-z_]\w*)[ \t]*=[ \t]*(.*?)[ \t]*$/;
const ENTRY = /^[ \t]*(-?)(@\w+|(?:[^\s]+[ \t]+){4}[^\s]+)(?:[ \t]+(.*))?$/;

/** Names of the columns. */
const HEADING = /^(?:m|min(?:ute)?)\b.*\b(?:dow|week(?:day)?)\b/i;

/** What lines above an entry have set. */
interface Setting {
  environment: Map<string, string>;
}

export function importCrontab(gathered: Gathered, sources: readonly SourceText[]): number {
  gathered.defaults = { overlap: 'allow', dst: { gap: 'shift', fold: 'first' } };
  let found = 0;
  for (const source of sources) found += readCrontab(gathered, source);
  gathered.common = ['timezone'];
  if (
    gathered.drafts.some(({ fields }) => fields['cron'] !== undefined && fields['timezone'] === undefined)
  ) {
    gathered.remark(
      'note',
      'without CRON_TZ the times are those of the host: set its timezone in defaults (UTC otherwise)',
    );
  }
  if (gathered.drafts.length > 0) {
    gathered.remark(
      'note',
      'what a change of the clocks leaves out runs right at the change there, and as much later here',
    );
    gathered.remark(
      'note',
      'cron does not try again; here a run that failed is tried 3 times: retry: { maxAttempts: 1 } in defaults forbids it',
    );
    gathered.remark(
      'note',
      `a worker runs only what it allows: --command-allow ${programsOf(gathered).join(',')}`,
    );
  }
  return found;
}

/** Those that may be allowed as they are. */
function programsOf({ drafts }: Gathered): string[] {
  const commands = drafts.map(({ fields }) => (fields['payload'] as CommandPayload).command);
  const programs = [...new Set(commands)].filter(
    (command) => command.startsWith('/') && !SHELL.test(command),
  );
  return programs.length === 0 ? ['with the full path of each program'] : programs;
}

function readCrontab(gathered: Gathered, source: SourceText): number {
  const withUser = hasUserColumn(source);
  const setting: Setting = { environment: new Map() };
  let comments: string[] = [];
  let found = 0;
  for (const [index, line] of source.text.split('\n').entries()) {
    if (/^[ \t]*#/.test(line)) {
      const text = line.replace(/^[ \t]*#+[ \t]*/, '').trim();
      // What stands above a heading or an empty remark belongs to the file.
      if (text === '' || HEADING.test(text)) comments = [];
      else comments.push(text);
      continue;
    }
    const above = comments;
    comments = [];
    if (line.trim() === '') continue;
    const variable = VARIABLE.exec(line);
    if (variable && !/^[ \t]*[\d*@-]/.test(line)) {
      setEnvironment(gathered, setting, unquoted(variable[1] ?? ''), unquoted(variable[2] ?? ''));
      continue;
    }
    found += 1;
    readLine(gathered, { line, number: index + 1, path: source.path, withUser, above, setting });
  }
  return found;
}

function unquoted(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}

function setEnvironment(gathered: Gathered, { environment }: Setting, name: string, value: string): void {
  if (/^MAIL/.test(name) && value !== '') {
    gathered.remark(
      'note',
      `${name}: output goes to the log of the task here, and alerts tell of runs that died`,
    );
  }
  if (name === 'TZ') {
    gathered.remark('note', 'TZ is a variable of the command, and not when it runs; CRON_TZ would be that');
  }
  if (name === 'HOME') {
    gathered.remark('note', 'HOME: commands run there, and have the HOME of the worker');
  } else if (!SETTINGS.test(name) && !isSettable(name, value)) gathered.remark('warn', unset(name));
  environment.set(name, value);
}

/** What `command.run` refuses where a program is allowed by its path alone. */
const unset = (name: string): string =>
  `${name}: a worker lets a payload set it only where its commandAllow says so: { command: …, env: [${name}] }`;

interface Line {
  line: string;
  /** Of the line, from 1. */
  number: number;
  path: string;
  withUser: boolean;
  above: readonly string[];
  setting: Setting;
}

function readLine(gathered: Gathered, { line, number, path, withUser, above, setting }: Line): void {
  const [, quiet, when = '', rest = ''] = ENTRY.exec(line) ?? [];
  const every = /^@every$/.test(when) ? /^(\S+)[ \t]*(.*)$/.exec(rest) : null;
  const [, user = '', own = ''] = withUser ? (/^(\S+)[ \t]*(.*)$/.exec(every?.[2] ?? rest) ?? []) : [];
  const text = withUser ? own : (every?.[2] ?? rest);
  const place = `${path}:${number}`;
  gathered.schedule(when === '' ? `line-${number}` : programName(text) || 'command', (id) => {
    if (when === '') throw new Refusal(`${place} is no entry of a crontab: ${JSON.stringify(line.trim())}`);
    const timed = every ? everyOf(every[1] ?? '') : cronOf(gathered, id, when, setting);
    if (text.trim() === '') throw new Refusal(`${place} has no command`);
    if (user !== '') {
      gathered.remark('warn', `it ran as ${user}; here it runs as the user of the worker`, id);
    }
    if (quiet === '-') gathered.remark('note', 'the hyphen in front (not logged) has no counterpart', id);
    const payload = commandOf(gathered, id, text, payloadEnvironment(setting));
    for (const [name, value] of Object.entries(payload.env ?? {})) {
      const above = setting.environment.get(name) === value;
      if (!above && !isSettable(name, value)) gathered.remark('warn', unset(name), id);
    }
    return {
      fields: { handler: 'command.run', ...timed, payload, jitter: jitterOf(setting) },
      comments: above,
    };
  });
}

function everyOf(length: string): DraftFields {
  const ms = goLength(length);
  if (ms === undefined) throw new Refusal(`@every ${length} is no length of time`);
  return { every: everyFrom(ms) };
}

function cronOf(gathered: Gathered, id: string, when: string, { environment }: Setting): DraftFields {
  const zone = environment.get('CRON_TZ');
  const timezone = zone === undefined || zone === '' ? undefined : zoneFrom(zone);
  const random = /(\d+)?~(\d+)?/.exec(when);
  if (random)
    gathered.remark(
      'note',
      `${random[0]} is drawn anew by each cron there; here H is drawn from the id, once`,
      id,
    );
  const hashed = when.split(/\s+/).map((field, index) => hashedField(field, index));
  const { cron } = cronFor(gathered, id, hashed.join(' '), VIXIE);
  return { cron, timezone };
}

/** `0~30`, `~`: a minute at random. */
function hashedField(field: string, index: number): string {
  const [, low, high, step = ''] = /^(\d*)~(\d*)(\/\d+)?$/.exec(field) ?? [];
  if (low === undefined || high === undefined) return field;
  if (low === '' && high === '') return `H${step}`;
  const { min, top } = FIVE_FIELDS[index] ?? MINUTE;
  return `H(${low === '' ? min : low}-${high === '' ? top : high})${step}`;
}
const FIVE_FIELDS = FIELDS.slice(1);

/** cronie: each entry up to so many minutes later. */
function jitterOf({ environment }: Setting): string | undefined {
  const minutes = Number(environment.get('RANDOM_DELAY') ?? 0);
  return minutes > 0 ? `${Math.floor(minutes)}m` : undefined;
}

function payloadEnvironment({ environment }: Setting): Around {
  const home = environment.get('HOME');
  const own = [...environment].filter(([name]) => !SETTINGS.test(name));
  return {
    shell: environment.get('SHELL') || '/bin/sh',
    env: Object.fromEntries(own),
    ...(home?.startsWith('/') ? { home } : {}),
  };
}
