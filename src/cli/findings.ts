/** What was found in schedule files, for people, for GitHub (workflow commands), and where each thing is. */

import { isAbsolute, relative, resolve, sep } from 'node:path';
import { printable } from '../domain/input/error-text.js';
import type { Problem } from '../domain/input/errors.js';
import type { Warning, WarningCode } from '../domain/input/warnings.js';
import type { Surroundings } from './surroundings.js';

export interface Findings {
  problems: readonly Problem[];
  warnings: readonly Warning[];
}

/** One of them, its place taken apart. */
export interface Finding {
  level: 'error' | 'warning';
  /** Of problems `invalid_schedule_file`. */
  code: WarningCode | 'invalid_schedule_file';
  /** Seen from the top of the repository, with `/` between its parts. */
  file: string;
  line: number;
  column: number;
  detail: string;
}

/** Problems first: who shows only some of them shows the first. */
export function findingsOf(
  { problems, warnings }: Findings,
  surroundings: Pick<Surroundings, 'env' | 'directory'>,
): Finding[] {
  return [
    ...problems.map((one) => findingOf({ ...one, code: 'invalid_schedule_file' }, 'error', surroundings)),
    ...warnings.map((one) => findingOf(one, 'warning', surroundings)),
  ];
}

function findingOf(
  { pointer, detail, code }: Problem & Pick<Finding, 'code'>,
  level: Finding['level'],
  { env, directory }: Pick<Surroundings, 'env' | 'directory'>,
): Finding {
  const [, file = pointer, line = '1', column = '1'] = /^(.*?):(\d+):(\d+)$/s.exec(pointer) ?? [];
  const top = env['GITHUB_WORKSPACE'] || directory;
  return {
    ...{ level, code, detail },
    ...{ file: fromTop(file, directory, top), line: Number(line), column: Number(column) },
  };
}

/** As it was given where it does not lie below. */
function fromTop(file: string, directory: string, top: string): string {
  const path = relative(top, resolve(directory, file));
  return (path.startsWith('..') || isAbsolute(path) || path === '' ? file : path).split(sep).join('/');
}

export function warningLine({ pointer, detail, code }: Warning): string {
  return printable(`${pointer}: warning: ${detail} [${code}]`);
}

/** `::error file=…,line=…,col=…,title=…::…` */
export function githubLine({ level, code, file, line, column, detail }: Finding): string {
  const properties = { file, line, col: column, title: code };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
  return `::${level} ${written.join(',')}::${escaped(detail)}`;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
