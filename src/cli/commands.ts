/** Which commands there are, each loaded only when it is run, and which of the contract come in a later release. */

import type { Command } from 'commander';
import { CarillonError } from '../domain/input/errors.js';
import { suggestion } from '../domain/input/suggestions.js';
import type { Surroundings } from './surroundings.js';

export interface CommandEntry {
  /** What the help of `carillon` says of it; the command's own help says more. */
  summary: string;
  load(): Promise<(surroundings: Surroundings) => Command>;
}

/** In the order in which the help lists them. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  init: {
    summary: 'Write a schedule file, a handler module and a compose file to begin with',
    load: async () => (await import('./commands/init.js')).initCommand,
  },
  dev: {
    summary: 'Run everything in one command, with reload: Redis, scheduler, API and one worker',
    load: async () => (await import('./commands/dev.js')).devCommand,
  },
  start: {
    summary: 'Run a scheduler node with its API; several against one Redis form a cluster',
    load: async () => (await import('./commands/start.js')).startCommand,
  },
  worker: {
    summary: 'Run a worker with the handlers of a module',
    load: async () => (await import('./commands/worker.js')).workerCommand,
  },
  next: {
    summary: 'Print the next instants of a cron expression',
    load: async () => (await import('./commands/next.js')).nextCommand,
  },
  schedules: {
    summary: 'List, show, explain, pause, trigger, backfill, validate, plan, apply and export schedules',
    load: async () => (await import('./commands/schedules.js')).schedulesCommand,
  },
  simulate: {
    summary: 'Print what schedule files start between two times, and how much at once',
    load: async () => (await import('./commands/simulate.js')).simulateCommand,
  },
  sets: {
    summary: 'List, show, apply, roll back and remove sets of schedule files',
    load: async () => (await import('./commands/sets.js')).setsCommand,
  },
  tasks: {
    summary: 'Create, list, show, cancel, reschedule, redrive and await tasks; what dead ones died of',
    load: async () => (await import('./commands/tasks.js')).tasksCommand,
  },
  operations: {
    summary: 'List, show and abort operations: backfills, and deeds on many tasks',
    load: async () => (await import('./commands/operations.js')).operationsCommand,
  },
  queues: {
    summary: 'List, show, set, pause, resume and purge queues, and their keys',
    load: async () => (await import('./commands/queues.js')).queuesCommand,
  },
  upcoming: {
    summary: 'List what is to come, of all schedules and delayed tasks; or how much starts at a time',
    load: async () => (await import('./commands/upcoming.js')).upcomingCommand,
  },
  workers: {
    summary: 'List, show, quiet, resume, stop and scale workers, and change their queues',
    load: async () => (await import('./commands/workers.js')).workersCommand,
  },
  import: {
    summary: 'Turn schedules of cron, Kubernetes, Sidekiq, Celery and others into a schedule file',
    load: async () => (await import('./commands/import.js')).importCommand,
  },
  alerts: {
    summary: 'List what wants a person, the gravest first',
    load: async () => (await import('./commands/alerts.js')).alertsCommand,
  },
  audit: {
    summary: 'Show who changed what through API, command line and dashboard',
    load: async () => (await import('./commands/audit.js')).auditCommand,
  },
  events: {
    summary: 'Show what happens to tasks, schedules, queues and workers',
    load: async () => (await import('./commands/events.js')).eventsCommand,
  },
  rollback: {
    summary: 'Bring an earlier revision of the file set `files` into force again',
    load: async () => (await import('./commands/sets-rollback.js')).rollbackCommand,
  },
  cluster: {
    summary: 'Show leader, term and nodes; who led before; and have the leader hand over',
    load: async () => (await import('./commands/cluster.js')).clusterCommand,
  },
  healthcheck: {
    summary: 'Exit 0 when the API and its Redis answer, 69 otherwise',
    load: async () => (await import('./commands/healthcheck.js')).healthcheckCommand,
  },
};

/** Commands of the contract that this release does not have; '' holds those without a group. */
export const LATER: Readonly<Record<string, readonly string[]>> = {
  '': ['doctor', 'keys', 'migrate', 'redis', 'shadow', 'top'],
  cluster: ['pause', 'resume'],
};

/** What to say of a word that is no command here: `group` '' stands for `carillon` itself. */
export function noSuchCommand(group: string, word: string, known: readonly string[]): CarillonError {
  const called = group === '' ? 'carillon' : `carillon ${group}`;
  if (LATER[group]?.includes(word)) {
    return new CarillonError('unsupported', `${called} ${word} is not in this release.`);
  }
  const meant = suggestion(word, known);
  return new CarillonError(
    'usage',
    `${called} has no command "${word}"${meant}. It has ${known.join(', ')}.`,
  );
}
