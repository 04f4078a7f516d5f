/** `carillon worker`: runs the handlers of a module. */

import type { Command } from 'commander';
import { CarillonError } from '../../domain/input/errors.js';
import { workerService } from '../../node/compose-worker.js';
import { loadHandlers } from '../../node/load-module.js';
import { openBase } from '../../node/open.js';
import { runServices } from '../../node/run-services.js';
import { runnerCommand, settingsOf } from '../runner.js';
import type { Surroundings } from '../surroundings.js';

export function workerCommand(surroundings: Surroundings): Command {
  return runnerCommand(
    'worker',
    'Run a worker with the handlers of a module',
    'carillon worker handlers.ts --queues default,mail --concurrency 20',
  )
    .argument('[module]', 'its default export: handler name → async (payload, ctx) => result')
    .action(async (_module: string | undefined, _flags: unknown, parsed: Command) => {
      const { settings, words } = await settingsOf(surroundings, 'worker', parsed, 1);
      const [module] = words;
      if (module === undefined) throw new CarillonError('configuration', 'The handler module is missing.');
      const handlers = await loadHandlers(surroundings.directory, module);
      const base = await openBase(settings);
      const parts = { ...base, settings, version: surroundings.version };
      try {
        await runServices({
          log: base.log,
          services: (stopping) => [workerService(handlers, parts, stopping)],
        });
      } finally {
        await base.store.close();
      }
    });
}
