/** `carillon worker`: runs the handlers of a module, or the built-in ones. */

import type { Command } from 'commander';
import { builtIns, withBuiltIns } from '../../node/built-in-handlers.js';
import { makeWorker, workerService } from '../../node/compose-worker.js';
import { Faults } from '../../node/faults.js';
import { loadHandlers } from '../../node/load-module.js';
import { openBase } from '../../node/open.js';
import { runServices } from '../../node/run-services.js';
import { workerMetrics } from '../../node/worker-metrics.js';
import { ProcessFigures } from '../../telemetry/process-figures.js';
import { runnerCommand, settingsOf } from '../runner.js';
import type { Surroundings } from '../surroundings.js';

export function workerCommand(surroundings: Surroundings): Command {
  return runnerCommand(
    'worker',
    'Run a worker with the handlers of a module; without one, with the built-in handlers',
    'carillon worker handlers.ts --queues default,mail --concurrency 20',
    'carillon worker --http-allow api.example.com:443 --command-allow /usr/local/bin/backup',
  )
    .argument('[module]', 'its default export: handler name → async (payload, ctx) => result')
    .action(async (_module: string | undefined, _flags: unknown, parsed: Command) => {
      const { settings, words } = await settingsOf(surroundings, 'worker', parsed, 1);
      const [module] = words;
      const handlers =
        module === undefined
          ? builtIns(settings).handlers
          : withBuiltIns(await loadHandlers(surroundings.directory, module), settings);
      const base = await openBase(settings);
      if (module === undefined && settings.httpAllow.length + settings.commandAllow.length === 0)
        base.log.warn(
          { event: 'worker.refusesAll' },
          'nothing is allowed: every task will be refused, see --http-allow and --command-allow, or name a module',
        );
      const faults = new Faults(base.log);
      const figures = new ProcessFigures();
      const counts = settings.metricsPort !== undefined;
      const parts = { ...base, settings, faults, ...(counts ? { figures } : {}) };
      const worker = makeWorker(handlers, parts);
      const undo = faults.catch();
      try {
        await runServices({
          log: base.log,
          services: (stopping) => [
            ...workerMetrics(settings, figures, base.log),
            workerService(worker, handlers, parts, stopping),
          ],
          hurry: () => worker.hurry(),
          done: worker.ended,
        });
      } finally {
        undo();
        await base.store.close();
      }
    });
}
