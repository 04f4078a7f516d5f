#!/usr/bin/env node
/** The `carillon` command: knows which commands there are, and ends with the exit code of interface §2. */

import { type Command, CommanderError } from 'commander';
import { describeError } from '../domain/input/error-text.js';
import { VERSION } from '../runtime/version.js';
import { command, type Surroundings } from './command.js';
import { createOutput, exitCodeOf } from './output.js';

type Make = (surroundings: Surroundings) => Command;

/** Each is loaded when it is needed: `carillon next` does not wait for a web framework. */
const COMMANDS: Readonly<Record<string, () => Promise<Make>>> = {
  dev: async () => (await import('./commands/dev.js')).devCommand,
  start: async () => (await import('./commands/start.js')).startCommand,
  worker: async () => (await import('./commands/worker.js')).workerCommand,
  next: async () => (await import('./commands/next.js')).nextCommand,
  schedules: async () => (await import('./commands/schedules.js')).schedulesCommand,
  tasks: async () => (await import('./commands/tasks.js')).tasksCommand,
  queues: async () => (await import('./commands/cluster.js')).queuesCommand,
  workers: async () => (await import('./commands/cluster.js')).workersCommand,
  cluster: async () => (await import('./commands/cluster.js')).clusterCommand,
  healthcheck: async () => (await import('./commands/cluster.js')).healthcheckCommand,
};

const USAGE = 2;
const CONFIGURATION = 78;
/** Their flags are settings, and a wrong setting is a matter of configuration. */
const RUNNERS = ['start', 'worker', 'dev'];

const surroundings: Surroundings = {
  env: process.env,
  directory: process.cwd(),
  output: createOutput(process.stdout, process.stderr),
  version: VERSION,
};

/** Runs one command line and answers the exit code. */
async function run(words: readonly string[]): Promise<number> {
  const [first = ''] = words;
  const program = command('carillon', 'Distributed cron and delayed tasks on Redis', 'carillon dev');
  program.version(VERSION, '--version', 'print the version');
  const wanted = Object.hasOwn(COMMANDS, first) ? [first] : Object.keys(COMMANDS);
  try {
    for (const name of wanted) {
      const make = await COMMANDS[name]?.();
      if (make) program.addCommand(make(surroundings));
    }
    await program.parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said what is wrong; help that was asked for is no error.
      if (error.exitCode === 0) return 0;
      return RUNNERS.includes(first) ? CONFIGURATION : USAGE;
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

const code = await run(process.argv.slice(2));
// After a fault something may still be winding up; a clean end waits for whatever is left to be written.
if (code === 0) process.exitCode = 0;
else process.exit(code);
