/** Whom new tasks wait for: their parents are looked up before any of them is made. */

import { CarillonError, type Problem } from '../domain/input/errors.js';
import { MOST_PARENTS } from '../domain/task/parents.js';
import type { ParentName, TaskInput } from '../domain/task/task-input.js';
import type { FlowStore, TaskEnd } from '../store/contract/index.js';

/** By request: the parents that it waits for. A completed one is waited for no longer. */
export type Parents = ReadonlyMap<TaskInput, readonly ParentName[]>;

export const NO_PARENTS: Parents = new Map();

/** One question for all of them. */
export async function endsOfParents(
  store: Pick<FlowStore, 'endsOf'>,
  inputs: readonly TaskInput[],
): Promise<ReadonlyMap<string, TaskEnd>> {
  const ids = new Set(inputs.flatMap(({ options }) => options?.after ?? []));
  return ids.size === 0 ? new Map() : store.endsOf([...ids]);
}

/** Throws `invalid_input` that names each parent there is not; `at`: the pointer to the request among many. */
export function waitedFor(ends: ReadonlyMap<string, TaskEnd>, input: TaskInput, at = ''): ParentName[] {
  const problems: Problem[] = [];
  const parents: ParentName[] = [];
  for (const [index, id] of (input.options?.after ?? []).entries()) {
    const end = ends.get(id);
    if (!end) problems.push({ pointer: `${at}/after/${index}`, detail: `names no task: there is no ${id}` });
    else if (end.state !== 'completed') parents.push({ id, queue: end.queue });
  }
  if (problems.length === 0) return parents;
  const [first] = problems;
  const message = `Invalid task: ${first?.pointer} ${first?.detail}${problems.length > 1 ? `, and ${problems.length - 1} more` : ''}`;
  throw new CarillonError('invalid_input', message, problems);
}

/** Of all of these; the first that names a parent there is not is refused. */
export async function parentsOf(
  store: Pick<FlowStore, 'endsOf'>,
  inputs: readonly TaskInput[],
  pointer: (index: number) => string = () => '',
): Promise<Parents> {
  const ends = await endsOfParents(store, inputs);
  const parents = new Map<TaskInput, ParentName[]>();
  for (const [index, input] of inputs.entries()) {
    if (input.options?.after) parents.set(input, waitedFor(ends, input, pointer(index)));
  }
  return parents;
}

/** The request for the one task that comes after all of a batch; whom it waits for is not its own to say. */
export function checkOnComplete(input: TaskInput, tasks: number): void {
  const problems: Problem[] = [];
  for (const name of ['after', 'onParentDeath'] as const) {
    if (input.options?.[name] === undefined) continue;
    const detail = 'is said by the batch: it waits for all of its tasks, and runs whatever they come to';
    problems.push({ pointer: `/onComplete/${name}`, detail });
  }
  if (tasks > MOST_PARENTS) {
    const detail = `waits for ${MOST_PARENTS} tasks at most, and here are ${tasks}`;
    problems.push({ pointer: '/onComplete', detail });
  }
  if (problems.length === 0) return;
  const said = problems.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ');
  throw new CarillonError('invalid_input', `Invalid batch: ${said}`, problems);
}

/** As it is made: after these, whatever becomes of them. */
export function completing(input: TaskInput, parents: readonly ParentName[]): [TaskInput, Parents] {
  const unique = [...new Map(parents.map(({ id, queue }) => [id, { id, queue }])).values()];
  const after = unique.map(({ id }) => id);
  const request = { ...input, options: { ...input.options, after, onParentDeath: 'run' as const } };
  return [request, new Map([[request, unique]])];
}
