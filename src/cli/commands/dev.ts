/** `carillon dev`: Redis, scheduler, API and one worker in one command, with reload. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type RedisServer, startRedisServer } from '../../embedded/redis-server.js';
import { type ScheduleWatch, watchSchedules } from '../../files/watch.js';
import { builtIns, withBuiltIns } from '../../node/built-in-handlers.js';
import { composeNode } from '../../node/compose-node.js';
import { farewell, makeWorker, type WorkerParts } from '../../node/compose-worker.js';
import { Faults } from '../../node/faults.js';
import { freePortFrom } from '../../node/free-port.js';
import { LiveWorker } from '../../node/live-worker.js';
import { loadHandlers } from '../../node/load-module.js';
import { openBase } from '../../node/open.js';
import { runServices } from '../../node/run-services.js';
import type { Settings } from '../../node/settings-read.js';
import type { Service } from '../../runtime/service.js';
import { ProcessFigures } from '../../telemetry/process-figures.js';
import type { Handlers } from '../../worker/handlers.js';
import { exampleGreeting, firstLook } from '../dev-examples.js';
import type { Output } from '../output.js';
import { tellRefusals } from '../refusals.js';
import { RunLines } from '../run-lines.js';
import { runnerCommand, settingsOf } from '../runner.js';
import type { Surroundings } from '../surroundings.js';

const DATA = '.carillon';
/** A person who pressed Ctrl-C does not wait for a long handler (ms). */
const DRAIN = 5_000;
/** What comes with the package. */
const packaged = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

export function devCommand(surroundings: Surroundings): Command {
  return runnerCommand(
    'dev',
    'Run everything in one command, with reload: Redis, scheduler, API and one worker',
    'carillon dev',
    'carillon dev handlers.ts --schedules schedules',
  )
    .argument('[module]', 'handlers of your own instead of the examples')
    .action(async (_module: string | undefined, _flags: unknown, parsed: Command) => {
      const { settings, words } = await settingsOf(surroundings, 'dev', parsed, 1);
      const module = words[0];
      const handlers = await loadHandlers(surroundings.directory, module ?? packaged('examples/handlers.ts'));
      const served = Object.keys(allHandlers(handlers, settings));
      const { output, directory } = surroundings;
      const wanted = settings.port;
      settings.port = await freePortFrom(settings.host, wanted);
      if (settings.port !== wanted) output.say(`port ${wanted} is taken; using ${settings.port}`);
      const embedded =
        settings.redis === undefined
          ? await startRedisServer({
              dir: resolve(directory, DATA),
              persistence: 'aof',
              listen: 'port',
              log: (line) => output.say(line),
            })
          : null;
      try {
        await runAll(surroundings, { settings, module, handlers, served, embedded });
      } finally {
        await embedded?.stop();
      }
    });
}

/** Here the built-in ones are always there, for a refusal says more than a task that waits for nobody. */
const allHandlers = (own: Handlers, settings: Settings): Handlers => withBuiltIns(own, settings, 'all');

interface Dev {
  settings: Settings;
  module: string | undefined;
  /** Of the module. */
  handlers: Handlers;
  /** Names of all there are. */
  served: readonly string[];
  embedded: RedisServer | null;
}

async function runAll(
  surroundings: Surroundings,
  { settings, module, handlers, served, embedded }: Dev,
): Promise<void> {
  const { output, directory, env, version } = surroundings;
  const base = await openBase(settings, embedded?.url);
  settings.drain ??= DRAIN;
  const figures = new ProcessFigures();
  figures.watch(base.store);
  const faults = new Faults(base.log);
  const refusals = tellRefusals(builtIns(settings), handlers, output.say);
  const lines = new RunLines(output.line, output.state);
  const parts: WorkerParts = {
    ...base,
    settings,
    faults,
    figures,
    onAttempt(ending) {
      lines.ended(ending);
      refusals.ended(ending);
    },
  };
  const worker = new LiveWorker({
    directory,
    module: module ?? packaged('examples/handlers.ts'),
    handlers,
    make: (current) => makeWorker(allHandlers(current, settings), parts),
    log: base.log,
    onReload: (current) => output.say(`handlers reloaded: ${Object.keys(current).join(', ')}`),
    onEnded: () =>
      output.say(
        'the worker was told to stop: nothing runs tasks until its module changes, or the next start',
      ),
  });
  const examples = showsExamples(directory, settings, module);
  const undo = faults.catch();
  let url = (): string => '';
  let reload = (): void => {};
  try {
    await runServices({
      log: base.log,
      services: (stopping) => {
        const schedules = examples ? packaged('schedules') : settings.schedules;
        const onReloaded = (text: string): void => output.say(`schedules reloaded: ${text}`);
        const shared = { ...base, settings, figures, works: true, env, version, stopping };
        const node = composeNode({ ...shared, schedules, dev: true, onReloaded, onRead: refusals.read });
        url = node.url;
        reload = node.reload;
        const notice = examples ? [ownSchedules(directory, settings, output)] : [];
        return [
          ...node.services,
          ...notice,
          {
            name: 'worker',
            start: () => worker.start(),
            stop() {
              const words = farewell(worker.present, settings);
              if (words) output.say(words);
              return worker.stop();
            },
          },
          ...(module === undefined ? [firstLook(base)] : []),
        ];
      },
      reload: () => reload(),
      hurry: () => worker.present.hurry(),
      ready: async () => {
        const schedules = examples
          ? `the examples; for your own, make ${settings.schedules}/ and start again`
          : settings.schedules;
        for (const line of banner(url(), base.redis, embedded !== null, served, settings, schedules))
          output.line(line);
        if (module === undefined) await exampleGreeting(base, settings);
      },
      ...(embedded ? { fatal: unexpectedEnd(embedded) } : {}),
    });
  } finally {
    undo();
    await base.store.close();
  }
}

/** Without schedules of one's own the packaged examples show what happens. */
function showsExamples(directory: string, settings: Settings, module: string | undefined): boolean {
  const own = resolve(directory, settings.schedules);
  return !settings.schedulesChosen && module === undefined && !existsSync(own);
}

/** The examples stay until the next start: says so when a directory of one's own appears. */
function ownSchedules(directory: string, { schedules }: Settings, output: Output): Service {
  let said = false;
  let watching: ScheduleWatch | undefined;
  const notice = async (): Promise<void> => {
    if (said || !existsSync(resolve(directory, schedules))) return;
    said = true;
    output.say(`${schedules}/ is there now; start again to use it instead of the examples`);
  };
  return {
    name: 'schedules of your own',
    async start() {
      watching = watchSchedules(resolve(directory, schedules), notice, () => {});
      await watching.ready;
    },
    stop: async () => watching?.close(),
  };
}

function banner(
  url: string,
  redis: string,
  embedded: boolean,
  handlers: readonly string[],
  settings: Settings,
  schedules: string,
): string[] {
  const key = settings.apiKey === undefined ? '' : ` -H 'authorization: Bearer '"$CARILLON_API_KEY"`;
  const handler = handlers.includes('demo.greet') ? 'demo.greet' : handlers[0];
  const body = JSON.stringify({ handler, payload: { name: 'Ada' }, delay: '10s' });
  return [
    '',
    `Carillon runs. Page and API: ${url}/`,
    `Redis:    ${embedded ? `${redis} (embedded; its data stays in ${DATA}/)` : 'the one you named'}`,
    `Handlers: ${handlers.join(', ')}`,
    `Schedules: ${schedules}`,
    'A task in ten seconds:',
    `  curl -s ${url}/v1/tasks -H 'content-type: application/json'${key} -d '${body}'`,
    'Ctrl-C stops everything.',
    '',
  ];
}

async function unexpectedEnd({ ended }: RedisServer): Promise<string> {
  const end = await ended;
  // An expected end is part of stopping: nothing to report, ever.
  return end.expected ? new Promise<string>(() => {}) : end.reason;
}
