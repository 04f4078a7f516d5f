/** `carillon workers quiet`, `resume`, `stop`, `scale` and `queues`, over the API. */

import type { Command } from 'commander';
import { CarillonError } from '../../domain/input/errors.js';
import type { WorkerView } from '../../tasks/workers.js';
import { remoteCommand, remoteOf } from '../command.js';
import type { Surroundings } from '../surroundings.js';

interface Flags {
  url?: string;
  json?: boolean;
}

export const workerPath = (worker: string): string => `/v1/workers/${encodeURIComponent(worker)}`;

export function askCommands(
  surroundings: Surroundings,
  show: (worker: WorkerView, flags: Flags) => void,
): Command[] {
  const ask = async (worker: string, verb: string, flags: Flags, body?: unknown): Promise<void> => {
    const path = `${workerPath(worker)}/${verb}`;
    show((await remoteOf(surroundings, flags).post(path, body)) as WorkerView, flags);
  };
  const plain = (verb: string, summary: string): Command =>
    remoteCommand(verb, summary, `carillon workers ${verb} mailer-1`)
      .argument('<worker>', 'its name, or its id where several go by that name')
      .action((worker: string, flags: Flags) => ask(worker, verb, flags));
  return [
    plain('quiet', 'Let a worker take nothing more until it is resumed; what it runs goes on'),
    plain('resume', 'Let a quiet worker take tasks again'),
    plain('stop', 'Let a worker finish what it runs and leave; its process ends'),
    remoteCommand(
      'scale',
      'Set how many tasks a worker runs at once',
      'carillon workers scale mailer-1 --concurrency 20',
    )
      .argument('<worker>', 'its name, or its id where several go by that name')
      .requiredOption('--concurrency <n>', 'so many; what runs beyond that ends first')
      .action((worker: string, flags: Flags & { concurrency: string }) => {
        const { concurrency } = flags;
        // What is no number is sent as it is: the API says what is wrong with it.
        return ask(worker, 'scale', flags, {
          concurrency: /^\d{1,9}$/.test(concurrency) ? Number(concurrency) : concurrency,
        });
      }),
    remoteCommand(
      'queues',
      'Let a worker take part in queues, or leave some',
      'carillon workers queues mailer-1 --add newsletter --remove mail,sms',
    )
      .argument('<worker>', 'its name, or its id where several go by that name')
      .option('--add <queues>', 'names, with commas between', collect)
      .option('--remove <queues>', 'the same; what it runs of them ends there', collect)
      .action((worker: string, { add, remove, ...flags }: Flags & { add?: string[]; remove?: string[] }) => {
        if (!add && !remove) throw new CarillonError('usage', 'Say --add, --remove, or both: see --help.');
        return ask(worker, 'queues', flags, { ...(add ? { add } : {}), ...(remove ? { remove } : {}) });
      }),
  ];
}

const collect = (value: string, before: string[] = []): string[] => [
  ...before,
  ...value.split(',').map((name) => name.trim()),
];
