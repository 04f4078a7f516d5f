/** A task as people see it (interface §3), from what the store knows of it. */

import { formatInstant } from '../domain/input/instants.js';
import { DEFAULT_RETRY } from '../domain/task/retry.js';
import type { Task, TaskAttempt } from '../domain/task/task.js';
import type { AttemptRecord, TaskFacts } from '../store/contract/index.js';

const OCCURRENCE = /^([^@]+)@(\d+)/;

/** The schedule and nominal time in an occurrence's id; null for other tasks. */
export function occurrenceOf(id: string): { id: string; nominal: number } | null {
  const match = OCCURRENCE.exec(id);
  return match ? { id: match[1] ?? '', nominal: Number(match[2]) } : null;
}

export function taskView(facts: TaskFacts): Task {
  const last = facts.history.at(-1);
  const started = facts.held?.startedAt ?? last?.startedAt;
  const occurrence = occurrenceOf(facts.id);
  return {
    id: facts.id,
    handler: facts.handler,
    queue: facts.queue,
    payload: facts.payload === '' ? null : (JSON.parse(facts.payload) as unknown),
    state: facts.state,
    priority: facts.priority,
    dueAt: formatInstant(facts.dueAt),
    createdAt: formatInstant(facts.createdAt),
    attempt: facts.attempt,
    failures: facts.failures,
    maxAttempts: facts.options.retry?.maxAttempts ?? DEFAULT_RETRY.maxAttempts,
    ...(started === undefined ? {} : { startedAt: formatInstant(started) }),
    ...(facts.finishedAt === undefined ? {} : { finishedAt: formatInstant(facts.finishedAt) }),
    ...(facts.state === 'completed' && last?.result !== undefined
      ? { result: JSON.parse(last.result) as unknown }
      : {}),
    ...(facts.state !== 'completed' && last?.error ? { error: last.error } : {}),
    ...(facts.reason === undefined ? {} : { reason: facts.reason }),
    ...(facts.unroutable ? { unroutable: true } : {}),
    ...(facts.options.uniqueKey === undefined ? {} : { uniqueKey: facts.options.uniqueKey }),
    labels: facts.options.labels ?? {},
    ...(occurrence ? { schedule: { id: occurrence.id, nominalAt: formatInstant(occurrence.nominal) } } : {}),
    attempts: [...facts.history.map(attemptView), ...(facts.held ? [runningView(facts.held)] : [])],
  };
}

function runningView({ attempt, worker, startedAt }: NonNullable<TaskFacts['held']>): TaskAttempt {
  return { attempt, worker, startedAt: formatInstant(startedAt), outcome: 'running' };
}

function attemptView(record: AttemptRecord): TaskAttempt {
  return {
    attempt: record.attempt,
    worker: record.worker,
    startedAt: formatInstant(record.startedAt),
    finishedAt: formatInstant(record.finishedAt),
    outcome: record.outcome,
    ...(record.error ? { error: record.error } : {}),
  };
}
