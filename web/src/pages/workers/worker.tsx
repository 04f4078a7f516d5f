/** One worker: a bar of its slots, what its process takes, and what it runs at present. */

import type { ComponentChildren } from 'preact';
import { handlerPlace, queuePlace, taskPlace } from '../../core/places.js';
import type { WorkerView } from '../../core/types.js';
import { bytes, number } from '../../core/words.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';
import { UseBar } from '../../parts/use-bar.js';
import { Actions } from './actions.js';

const HANDLERS = 7;

export function Worker({ worker, onDone }: { worker: WorkerView; onDone: () => Promise<void> }) {
  const { name, host, pid, version, release, queues, handlers, concurrency, running, runningCount } = worker;
  const { quiet, stopping, asked, processed, failed, memoryBytes, load, startedAt, lastBeatAt } = worker;
  return (
    <li>
      <div class="worker-head">
        <h2>{name}</h2>
        <StateMark
          state={quiet || stopping ? 'quiet' : 'enabled'}
          word={stopping ? 'stopping' : quiet ? 'quiet' : 'takes tasks'}
        />
        {asked && <span class="chip warns">asked, not confirmed yet</span>}
        <span class="quiet worker-where">
          {host}, pid {pid}
        </span>
        <div class="actions">
          <Actions worker={worker} onDone={onDone} />
        </div>
      </div>
      <dl class="worker-figures">
        <Figure name="Slots">
          <UseBar used={runningCount} limit={concurrency} />
        </Figure>
        <Figure name="Memory">{memoryBytes === undefined ? '–' : bytes(memoryBytes)}</Figure>
        <Figure name="Load of host">{load === undefined ? '–' : load.toFixed(2)}</Figure>
        <Figure name="Attempts">
          {number(processed ?? 0)}
          {failed !== undefined && failed > 0 && <span class="quiet">, {number(failed)} failed</span>}
        </Figure>
        <Figure name="Last beat">{lastBeatAt ? <Time at={lastBeatAt} /> : '–'}</Figure>
        <Figure name="Started">
          <Time at={startedAt} />
        </Figure>
        <Figure name="Version">
          {version}
          {release && <span class="quiet">, {release}</span>}
        </Figure>
      </dl>
      <div class="chips">
        <span class="quiet">Queues</span>
        {queues.map((queue) =>
          queue === '*' ? (
            <span key={queue} class="chip">
              all
            </span>
          ) : (
            <a key={queue} class="chip" href={queuePlace(queue)}>
              {queue}
            </a>
          ),
        )}
        <span class="quiet worker-handlers">Handlers</span>
        {handlers.slice(0, HANDLERS).map((handler) => (
          <a key={handler} class="chip" href={handlerPlace(handler)}>
            {handler}
          </a>
        ))}
        {handlers.length > HANDLERS && (
          <span class="quiet" title={handlers.slice(HANDLERS).join(', ')}>
            and {handlers.length - HANDLERS} more
          </span>
        )}
      </div>
      <ul class="chips worker-running" aria-label={`What ${name} runs`}>
        <li class="quiet">Runs</li>
        {runningCount === 0 && <li class="quiet">nothing at present</li>}
        {running.map(({ id, handler, since }) => (
          <li key={id}>
            <a class="chip" href={taskPlace(id)} title={id}>
              <StateMark state="running" word={false} />
              {handler} <Time at={since} />
            </a>
          </li>
        ))}
        {runningCount > running.length && <li class="quiet">and {runningCount - running.length} more</li>}
      </ul>
    </li>
  );
}

function Figure({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
