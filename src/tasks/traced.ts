/** Makes tasks as part of the trace that their call belongs to: each call is one `send` span where tracing is set up. */

import { inTrace, type TaskInput } from '../domain/task/task-input.js';
import type { ParentName } from '../store/contract/index.js';
import { openTelemetry } from '../telemetry/open-telemetry.js';
import { sending } from '../telemetry/sending.js';
import { type Made, TaskMaker } from './make.js';
import type { Asked } from './once.js';

export class TracedMaker<T extends ParentName> extends TaskMaker<T> {
  override make(input: TaskInput): Promise<T> {
    if (!openTelemetry()) return super.make(input);
    return sending(input, (trace) => super.make(inTrace(input, trace)));
  }

  override makeOnComplete(input: TaskInput, made: readonly T[]): Promise<T | undefined> {
    if (made.length === 0 || !openTelemetry()) return super.makeOnComplete(input, made);
    return sending(input, (trace) => super.makeOnComplete(inTrace(input, trace), made));
  }

  override makeAll(inputs: readonly TaskInput[], onComplete?: TaskInput): Promise<T[]> {
    if (!openTelemetry()) return super.makeAll(inputs, onComplete);
    const queues = new Set(inputs.map(({ queue }) => queue));
    const [queue] = queues.size === 1 ? queues : [];
    return sending({ queue, count: inputs.length }, (trace) => {
      const traced = inputs.map((input) => inTrace(input, trace));
      return super.makeAll(traced, onComplete);
    });
  }

  /** `trace`: that the call came in. */
  override makeEach(
    requests: readonly unknown[],
    onComplete?: TaskInput,
    asked: Asked = (input) => input,
    trace?: string,
  ): Promise<Made<T>[]> {
    return sending({ count: requests.length, trace }, (own) => {
      const traced: Asked = (input, place) => inTrace(asked(input, place), own);
      return super.makeEach(requests, onComplete, traced);
    });
  }
}
