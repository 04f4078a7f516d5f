/** What a worker does as spans: `receive` for a claim, `process` for an attempt, `settle` once its ending is recorded. */

import type { Context, Span } from '@opentelemetry/api';
import { formatInstant } from '../domain/input/instants.js';
import { readRunId } from '../domain/schedule/run-id.js';
import type { TaskError } from '../domain/task/task.js';
import { mono } from '../runtime/clock.js';
import type { ObservedRecord, ObservedTask, Observer, Over } from '../runtime/observed.js';
import type { ClaimedTask } from '../store/contract/index.js';
import { type Attributes, about, nameOf } from './attributes.js';
import { instruments } from './instruments.js';
import type { OpenTelemetry } from './open-telemetry.js';
import { contextIn, tracerOf } from './spans.js';

/** An attempt under way, or one whose ending is on its way to the store. */
interface Known {
  span: Span;
  context: Context;
  worker: string;
  /** Monotonic ms. */
  begunAt: number;
  endedAt: number | null;
}

type Told = Pick<ObservedRecord, 'outcome' | 'error'>;

export class AttemptSpans implements Observer {
  readonly #api: OpenTelemetry;
  readonly #known = new WeakMap<ObservedTask, Known>();

  constructor(api: OpenTelemetry) {
    this.#api = api;
  }

  /** Runs an attempt in its span: what it does itself is traced under it. */
  begin(task: ClaimedTask, worker: string, run: () => void): void {
    const api = this.#api;
    const from = contextIn(api, task.options.trace);
    const { queue } = task;
    const place = api.trace.getSpanContext(from);
    const span = tracerOf(api).startSpan(
      nameOf('process', queue),
      {
        kind: api.SpanKind.CONSUMER,
        attributes: { ...about('process', queue), ...attributesOf(task, worker) },
        ...(place ? { links: [{ context: place }] } : {}),
      },
      from,
    );
    const context = api.trace.setSpan(from, span);
    this.#known.set(task, { span, context, worker, begunAt: mono(), endedAt: null });
    api.context.with(context, run);
  }

  /** What it came to is known, whether its handler still runs or not. */
  ended(task: ClaimedTask, told: Told): void {
    const known = this.#known.get(task);
    if (!known || known.endedAt !== null) return;
    known.endedAt = mono();
    const { span } = known;
    const type = typeOf(told);
    span.setAttribute('messaging.carillon.outcome', told.outcome);
    if (type !== undefined) {
      const message = told.error?.message ?? told.outcome;
      span.setAttribute('error.type', type);
      span.setStatus({ code: this.#api.SpanStatusCode.ERROR, message });
      if (told.error) span.recordException(exceptionOf(told.error, type));
    }
    span.end();
    const figures = {
      ...about('process', task.queue),
      ...(type === undefined ? {} : { 'error.type': type }),
    };
    instruments()?.process.record((known.endedAt - known.begunAt) / 1_000, figures);
  }

  /** Its handler has returned. Where nobody said what it came to, its worker had lost it. */
  freed(task: ClaimedTask): void {
    this.ended(task, { outcome: 'lost' });
  }

  attemptEnded(task: ObservedTask, { outcome }: ObservedRecord, over: Over | null): void {
    const known = this.#known.get(task);
    if (!known || known.endedAt === null) return;
    this.#known.delete(task);
    const attributes: Attributes = about('settle', task.queue);
    const more = {
      'messaging.message.id': task.id,
      'messaging.client.id': known.worker,
      'messaging.carillon.outcome': outcome,
      ...(over === null ? {} : { 'messaging.carillon.task.state': over }),
    };
    const options = {
      kind: this.#api.SpanKind.CLIENT,
      startTime: known.endedAt,
      attributes: { ...attributes, ...more },
    };
    tracerOf(this.#api).startSpan(nameOf('settle', task.queue), options, known.context).end(mono());
    instruments()?.operation.record((mono() - known.endedAt) / 1_000, attributes);
  }

  tasksClaimed(queue: string, worker: string, tasks: readonly ObservedTask[], sentAt: number): void {
    const api = this.#api;
    const attributes = about('receive', queue);
    const links = tasks.flatMap(({ options }) => {
      const context = api.trace.getSpanContext(contextIn(api, options.trace));
      return context ? [{ context }] : [];
    });
    const more = { 'messaging.batch.message_count': tasks.length, 'messaging.client.id': worker };
    const options = {
      ...{ kind: api.SpanKind.CLIENT, startTime: sentAt, links },
      attributes: { ...attributes, ...more },
    };
    tracerOf(api).startSpan(nameOf('receive', queue), options, api.ROOT_CONTEXT).end(mono());
    const all = instruments();
    all?.consumed.add(tasks.length, attributes);
    all?.operation.record((mono() - sentAt) / 1_000, attributes);
  }
}

function attributesOf(task: ClaimedTask, worker: string): Attributes {
  const run = readRunId(task.id);
  return {
    'messaging.message.id': task.id,
    'messaging.client.id': worker,
    'messaging.carillon.handler': task.handler,
    'messaging.carillon.attempt': task.attempt,
    ...(run ? { 'messaging.carillon.schedule': run.schedule } : {}),
    // A trigger is somebody's call.
    ...(run && run.kind !== 'trigger'
      ? { 'faas.trigger': 'timer', 'faas.time': formatInstant(run.nominal) }
      : {}),
  };
}

/** Of what failed; undefined: nothing did. */
function typeOf({ outcome, error }: Told): string | undefined {
  if (outcome === 'failed') return String(error?.code ?? classOf(error) ?? '_OTHER');
  return outcome === 'timeout' || outcome === 'lost' ? outcome : undefined;
}

/** A kept stack begins with the name of its error's class. */
function classOf(error: TaskError | undefined): string | undefined {
  return /^(\w+)(?:: |$)/m.exec(error?.stack ?? '')?.[1];
}

function exceptionOf({ message, stack }: TaskError, name: string): Error {
  return Object.assign(new Error(message), { name, stack: stack ?? `${name}: ${message}` });
}
