#!/usr/bin/env node
/** The `carillon` command: knows which commands there are, and ends with the exit code of interface §2. */

import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { command, type Surroundings } from './command.js';
import { clusterCommand, healthcheckCommand, queuesCommand, workersCommand } from './commands/cluster.js';
import { devCommand } from './commands/dev.js';
import { nextCommand } from './commands/next.js';
import { schedulesCommand } from './commands/schedules.js';
import { startCommand } from './commands/start.js';
import { tasksCommand } from './commands/tasks.js';
import { workerCommand } from './commands/worker.js';
import { createOutput, describeError, exitCodeOf } from './output.js';

const USAGE = 2;
const CONFIGURATION = 78;
const RUNNERS = ['start', 'worker', 'dev'];

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const surroundings: Surroundings = {
  env: process.env,
  directory: process.cwd(),
  output: createOutput(process.stdout, process.stderr),
  version,
};

const COMMANDS = [
  devCommand,
  startCommand,
  workerCommand,
  nextCommand,
  schedulesCommand,
  tasksCommand,
  queuesCommand,
  workersCommand,
  clusterCommand,
  healthcheckCommand,
];

/** Runs one command line and answers the exit code. */
async function run(words: readonly string[]): Promise<number> {
  const program = command('carillon', 'Distributed cron and delayed tasks on Redis', 'carillon dev').version(
    version,
    '--version',
    'print the version',
  );
  for (const make of COMMANDS) program.addCommand(make(surroundings));
  try {
    await program.parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said what is wrong; help that was asked for is no error.
      if (error.exitCode === 0) return 0;
      return RUNNERS.includes(words[0] ?? '') ? CONFIGURATION : USAGE;
    }
    surroundings.output.say(describeError(error));
    return exitCodeOf(error);
  }
}

// `carillon tasks list | head` closes our stdout early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await run(process.argv.slice(2));
