/** Requests of which each has its own answer: those that may be made, whom they wait for, and why others are refused. */

import { type ParentName, type TaskInput, tooFarAhead } from '../domain/task/task-input.js';
import type { FlowStore } from '../store/contract/index.js';
import { acceptTask, refusal } from './accept.js';
import type { Asked } from './once.js';
import { endsOfParents, type Parents, waitedFor } from './parents.js';

export interface EachRead {
  inputs: [index: number, input: TaskInput][];
  parents: Parents;
  refused: Map<number, unknown>;
}

export async function readEach(
  store: Pick<FlowStore, 'endsOf'>,
  requests: readonly unknown[],
  now: number,
  asked: Asked = (input) => input,
): Promise<EachRead> {
  const refused = new Map<number, unknown>();
  const accepted = new Map<number, TaskInput>();
  const orRefused = (index: number, read: () => void): void => {
    try {
      read();
    } catch (error) {
      accepted.delete(index);
      refused.set(index, error);
    }
  };
  for (const [index, raw] of requests.entries()) {
    orRefused(index, () => {
      const input = asked(acceptTask(raw), index);
      const problem = tooFarAhead(input, now);
      if (problem) throw refusal('invalid_input', [problem]);
      accepted.set(index, input);
    });
  }
  const ends = await endsOfParents(store, [...accepted.values()]);
  const parents = new Map<TaskInput, ParentName[]>();
  for (const [index, input] of accepted) {
    orRefused(index, () => {
      if (input.options?.after) parents.set(input, waitedFor(ends, input));
    });
  }
  return { inputs: [...accepted], parents, refused };
}
