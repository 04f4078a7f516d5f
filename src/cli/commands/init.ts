/** `carillon init`: writes what a project begins with, overwrites nothing, and says what to do next. */

import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { CarillonError } from '../../domain/input/errors.js';
import { command } from '../command.js';
import {
  COMPOSE_NAMES,
  composeText,
  handlersText,
  moduleName,
  SCHEDULES,
  SCHEDULES_NAME,
  SECOND_COMPOSE_NAME,
  type StarterLanguage,
} from '../starter.js';
import type { Surroundings } from '../surroundings.js';

interface Flags {
  typescript?: boolean;
  javascript?: boolean;
  json?: boolean;
}

interface StarterFile {
  /** Below the directory. */
  name: string;
  what: string;
  text: string;
}

const HELP = `
It asks nothing and overwrites nothing: where one of the files is there already, none is written. A directory with a
tsconfig.json gets a TypeScript module, every other one JavaScript.`;

export function initCommand({ output, directory }: Surroundings): Command {
  return command(
    'init',
    'Write a schedule file, a handler module and a compose file to begin with',
    'carillon init',
    'carillon init services/mail --typescript',
  )
    .argument('[directory]', 'where to; made where it is missing (default: the current one)')
    .option('--typescript', 'write handlers.ts')
    .option('--javascript', 'write handlers.mjs')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (given: string | undefined, flags: Flags) => {
      const target = resolve(directory, given ?? '.');
      const language = languageOf(target, flags);
      const files = filesFor(target, language);
      await writeAll(target, files);
      const next = nextSteps(relative(directory, target), target, files);
      if (flags.json) {
        output.json({ directory: target, files: files.map(({ name }) => name), next });
        return;
      }
      for (const line of files.map(({ name, what }) => `${name.padEnd(25)} ${what}`)) output.line(line);
      output.say('\nNext:');
      for (const line of next) output.say(`  ${line}`);
    });
}

function languageOf(target: string, { typescript, javascript }: Flags): StarterLanguage {
  if (typescript && javascript)
    throw new CarillonError('usage', 'Give either --typescript or --javascript, not both.');
  if (typescript) return 'typescript';
  return !javascript && existsSync(join(target, 'tsconfig.json')) ? 'typescript' : 'javascript';
}

function filesFor(target: string, language: StarterLanguage): StarterFile[] {
  const taken = COMPOSE_NAMES.some((name) => existsSync(join(target, name)));
  const compose = taken ? SECOND_COMPOSE_NAME : (COMPOSE_NAMES[0] ?? '');
  const module = moduleName(language);
  return [
    { name: SCHEDULES_NAME, what: 'when', text: SCHEDULES },
    { name: module, what: 'what: the handlers', text: handlersText(language) },
    { name: compose, what: 'where: Redis, a node, a worker', text: composeText(compose, module) },
  ];
}

/** All of them, or, where one is there already or a name cannot be written, none. */
async function writeAll(target: string, files: readonly StarterFile[]): Promise<void> {
  const there = files.filter(({ name }) => existsSync(join(target, name)));
  if (there.length > 0) {
    throw new CarillonError(
      'conflict',
      `Nothing was written: ${target} has ${there.length === 1 ? 'a file' : 'files'} of that name already.`,
      there.map(({ name }) => ({ pointer: name, detail: 'move it away, or name another directory' })),
    );
  }
  for (const { name, text } of files) {
    const path = join(target, name);
    try {
      await mkdir(dirname(path), { recursive: true });
      // Whatever came there meanwhile stays.
      await writeFile(path, text, { flag: 'wx' });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new CarillonError('usage', `${path} cannot be written: ${code ?? message}.`);
    }
  }
}

function nextSteps(way: string, target: string, files: readonly StarterFile[]): string[] {
  const [, module, compose] = files.map(({ name }) => name);
  const up = compose === COMPOSE_NAMES[0] ? 'docker compose up' : `docker compose -f ${compose} up`;
  return [
    ...(way === '' ? [] : [`cd ${way}`]),
    ...missing(target),
    `npx carillon dev ${module}    # everything on this machine; edit the files while it runs`,
    'npx carillon schedules trigger nightly-report --wait    # in another terminal',
    `CARILLON_API_KEY=$(openssl rand -hex 32) ${up} --build    # the same in containers`,
  ];
}

/** What the directory needs so that `npx carillon` and its image find the package. */
function missing(target: string): string[] {
  const path = join(target, 'package.json');
  if (!existsSync(path)) return ['npm init -y && npm install carillon'];
  return namesCarillon(readFileSync(path, 'utf8')) ? [] : ['npm install carillon'];
}

function namesCarillon(text: string): boolean {
  try {
    const { name, dependencies, devDependencies } = JSON.parse(text) as Record<string, unknown>;
    return name === 'carillon' || 'carillon' in { ...(dependencies ?? {}), ...(devDependencies ?? {}) };
  } catch {
    return false;
  }
}
