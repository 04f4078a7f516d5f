/** `carillon schedules validate`: reads schedule files and says what is wrong with them; no server is asked. */

import { type Command, Option } from 'commander';
import { CarillonError } from '../../domain/input/errors.js';
import { suggestion } from '../../domain/input/suggestions.js';
import { WARNINGS } from '../../domain/input/warnings.js';
import type { FileSet } from '../../files/file-set.js';
import { wallNow } from '../../runtime/wall.js';
import { command } from '../command.js';
import { environmentOf } from '../environment.js';
import { findingsOf, githubLine, warningLine } from '../findings.js';
import { sarifOf } from '../sarif.js';
import type { Surroundings } from '../surroundings.js';

const FORMATS = ['text', 'json', 'github', 'sarif'] as const;

interface Flags {
  json?: boolean;
  format?: (typeof FORMATS)[number];
  strict?: boolean;
  environment?: string;
  handlers?: string;
  ignore?: string[];
}

export function validateCommand(surroundings: Surroundings): Command {
  return command(
    'validate',
    'Check schedule files without a server; exit 2 when one is not valid, 0 with warnings',
    'carillon schedules validate schedules',
    'carillon schedules validate schedules --strict --format github --handlers handlers.ts',
  )
    .argument('[dir]', 'directory of the files', 'schedules')
    .option('--strict', 'exit 2 with warnings, too')
    .option('--ignore <codes>', 'leave these warnings out, by their codes with commas', codesIn)
    .option('--environment <name>', 'which schedules with `environments` count (CARILLON_ENVIRONMENT)')
    .option('--handlers <module>', 'warn of handlers that this module, as for carillon worker, does not have')
    .addOption(new Option('--format <format>', 'how it is told (default: text)').choices(FORMATS))
    .option('--json', 'print JSON, as --format json')
    .action((dir: string, flags: Flags) => validate(surroundings, dir, flags));
}

async function validate(surroundings: Surroundings, dir: string, flags: Flags): Promise<void> {
  const { output, env, directory, version } = surroundings;
  const { json, strict, format = json ? 'json' : 'text' } = flags;
  const set = without(await readSet(surroundings, dir, flags), flags.ignore);
  const { problems, warnings, elsewhere } = set;
  const valid = problems.length === 0;
  const schedules = valid ? set.schedules : 0;
  if (format === 'json') output.json({ valid, schedules, elsewhere, problems, warnings });
  else if (format === 'text') for (const one of warnings) output.say(warningLine(one));
  else {
    const findings = findingsOf(set, { env, directory });
    if (format === 'sarif') output.json(sarifOf(findings, version));
    else for (const one of findings) output.line(githubLine(one));
  }
  // GitHub shows an annotation for each already.
  const listed = format === 'github' || format === 'sarif' ? [] : problems;
  if (!valid) {
    const text = `The schedule files are not valid: ${counted(set)}.`;
    throw new CarillonError('invalid_schedule_file', text, listed);
  }
  if (strict && warnings.length > 0) {
    const text = `There are warnings, and --strict refuses them: ${counted(set)}.`;
    throw new CarillonError('invalid_schedule_file', text);
  }
  if (format === 'text' || format === 'github') output.line(summary(schedules, elsewhere));
}

/** Throws `usage` for a code that no warning has. */
function codesIn(text: string, before: string[] = []): string[] {
  const known = Object.keys(WARNINGS);
  const codes = text.split(',').map((code) => code.trim());
  const wrong = codes.find((code) => !known.includes(code));
  if (wrong === undefined) return [...before, ...codes];
  throw new CarillonError(
    'usage',
    `--ignore: no warning has the code "${wrong}"${suggestion(wrong, known)}.`,
  );
}

function without(set: FileSet, ignored: readonly string[] = []): FileSet {
  return { ...set, warnings: set.warnings.filter(({ code }) => !ignored.includes(code)) };
}

async function readSet({ env, directory }: Surroundings, dir: string, flags: Flags): Promise<FileSet> {
  const environment = environmentOf(env, flags.environment);
  const { readInThread } = await import('../../files/read-in-thread.js');
  const known = flags.handlers === undefined ? undefined : await namesIn(directory, flags.handlers);
  const set = await readInThread({
    ...{ dir, packs: false },
    options: {
      ...{ env: { ...env }, environment, now: wallNow(), thorough: true },
      ...(known ? { handlers: known } : {}),
    },
  });
  if (!set.found) throw new CarillonError('invalid_input', `There is no directory ${dir}.`);
  return set;
}

async function namesIn(directory: string, module: string): Promise<{ module: string; names: string[] }> {
  const { handlerNames } = await import('../../node/handler-names.js');
  return { module, names: await handlerNames(directory, module) };
}

/** `2 problems, 1 warning`. */
function counted({ problems, warnings }: FileSet): string {
  const of = (count: number, word: string): string[] =>
    count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`];
  return [...of(problems.length, 'problem'), ...of(warnings.length, 'warning')].join(', ');
}

function summary(schedules: number, elsewhere: number): string {
  const others = elsewhere === 1 ? '1 is' : `${elsewhere} are`;
  if (schedules === 0 && elsewhere === 0) return 'no schedules';
  if (schedules === 0) return `no schedule is for this environment; ${others} for others, valid`;
  const here = schedules === 1 ? '1 schedule, valid' : `${schedules} schedules, all valid`;
  const more = elsewhere === 1 ? '1 more is' : `${elsewhere} more are`;
  return elsewhere === 0 ? here : `${here}; ${more} for other environments`;
}
