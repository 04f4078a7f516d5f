/** `carillon worker`: runs the handlers of a module. */

import type { Command } from 'commander';
import { CarillonError } from '../../domain/input/errors.js';
import { makeWorker, workerService } from '../../node/compose-worker.js';
import { Faults } from '../../node/faults.js';
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
      const faults = new Faults(base.log);
      const parts = { ...base, settings, faults };
      const worker = makeWorker(handlers, parts);
      const undo = faults.catch();
      try {
        await runServices({
          log: base.log,
          services: (stopping) => [workerService(worker, handlers, parts, stopping)],
          hurry: () => worker.hurry(),
        });
      } finally {
        undo();
        await base.store.close();
      }
    });
}
