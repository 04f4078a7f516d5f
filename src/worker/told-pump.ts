/** A pump whose work is traced where tracing was set up before its worker starts, and counted where somebody wants figures. */

import { AttemptSpans } from '../telemetry/attempt-spans.js';
import { openTelemetry } from '../telemetry/open-telemetry.js';
import type { ProcessFigures } from '../telemetry/process-figures.js';
import { Pump, type PumpOptions } from './pump.js';

export function toldPump(options: PumpOptions, figures: ProcessFigures | null): Pump {
  const api = openTelemetry();
  const spans = api && new AttemptSpans(api);
  if (!spans && !figures) return new Pump(options);
  const { store } = options;
  const undo = [spans && store.observed.add(spans), figures?.watch(store)];
  const pump = new ToldPump(spans ? traced(options, spans) : options, () => {
    for (const end of undo) end?.();
  });
  undo.push(
    figures?.employ({
      get total() {
        return pump.slots;
      },
      get inUse() {
        return pump.running;
      },
    }),
  );
  return pump;
}

class ToldPump extends Pump {
  readonly #over: () => void;
  /** How many it has now: it may be given more or fewer. */
  slots: number;

  constructor(options: PumpOptions, over: () => void) {
    super(options);
    this.#over = over;
    this.slots = options.concurrency;
  }

  override set concurrency(slots: number) {
    this.slots = slots;
    super.concurrency = slots;
  }

  override abandon(): void {
    this.#over();
    super.abandon();
  }
}

function traced(options: PumpOptions, spans: AttemptSpans): PumpOptions {
  const { within = (_attempt, run) => run(), ended, freed } = options;
  return {
    ...options,
    within: (attempt, run) => spans.begin(attempt.task, attempt.worker, () => within(attempt, run)),
    ended(ending) {
      spans.ended(ending.task, ending.record);
      ended(ending);
    },
    freed(attempt) {
      spans.freed(attempt.task);
      freed(attempt);
    },
  };
}
