/** `carillon start`: one scheduler node with its API; several against one Redis form a cluster. */

import type { Command } from 'commander';
import { type ComposedNode, composeNode } from '../../node/compose-node.js';
import { openBase } from '../../node/open.js';
import { runServices } from '../../node/run-services.js';
import { ProcessFigures } from '../../telemetry/process-figures.js';
import { runnerCommand, settingsOf } from '../runner.js';
import type { Surroundings } from '../surroundings.js';

export function startCommand(surroundings: Surroundings): Command {
  return runnerCommand(
    'start',
    'Run a scheduler node with its API; several against one Redis form a cluster',
    'carillon start --redis redis://127.0.0.1:6379 --schedules schedules',
  ).action(async (_flags: unknown, parsed: Command) => {
    const { settings } = await settingsOf(surroundings, 'start', parsed, 0);
    const base = await openBase(settings);
    const figures = new ProcessFigures();
    figures.watch(base.store);
    let node: ComposedNode | undefined;
    try {
      await runServices({
        log: base.log,
        services: (stopping) => {
          node = composeNode({
            ...base,
            settings,
            schedules: settings.schedules,
            figures,
            works: false,
            dev: false,
            env: surroundings.env,
            version: surroundings.version,
            stopping,
          });
          return node.services;
        },
        reload: () => node?.reload(),
      });
    } finally {
      await base.store.close();
    }
  });
}
