/** Files that somebody sends are checked and packed by the node that was asked, and planned or proposed. */

import type { SentFiles, SetFiles } from '../api/context.js';
import { formatDuration } from '../domain/input/durations.js';
import { CarillonError } from '../domain/input/errors.js';
import type { Warning } from '../domain/input/warnings.js';
import type { FileSet } from '../files/file-set.js';
import { type ReadingRequest, readInThread } from '../files/read-in-thread.js';
import { randomText } from '../runtime/random.js';
import { after } from '../runtime/timers.js';
import { takingTurns } from '../runtime/turns.js';
import type { Asked } from '../sets/asked.js';
import { planSet } from '../sets/plan-set.js';
import { propose } from '../sets/propose.js';
import { timeOf } from '../store/contract/clock.js';
import type { Store } from '../store/contract/index.js';
import { REMEMBERED, rememberedOf } from '../store/contract/once.js';

/** Threads that read what was sent, at a time: each takes a core, and memory. */
const AT_ONCE = 2;
/** Files of the largest request take a few seconds; what takes longer was made to, ms. */
const READ_WITHIN = 30_000;

export interface SetFilesOptions {
  /** How they are read: in a thread, unless told otherwise. */
  readFiles?: typeof readInThread;
  /** For how long, ms. */
  within?: number;
  /** The node ends: nobody waits for what is being read. */
  stopping?: AbortSignal;
}

export function setFilesOf(
  store: Store,
  { readFiles = readInThread, within = READ_WITHIN, stopping }: SetFilesOptions = {},
): SetFiles {
  const inTurn = takingTurns(AT_ONCE);
  const read = (request: ReadingRequest): Promise<FileSet> =>
    inTurn(async () => {
      const late = new AbortController();
      const cancel = after(within, () => late.abort());
      try {
        const signal = stopping ? AbortSignal.any([late.signal, stopping]) : late.signal;
        stopping?.throwIfAborted();
        return await readFiles(request, { signal });
      } catch (error) {
        if (stopping?.aborted) throw stops();
        throw late.signal.aborted ? takesTooLong(within) : error;
      } finally {
        cancel();
      }
    });
  const packed = async (
    set: string,
    sent: SentFiles,
    nonce: string,
    thorough: boolean,
  ): Promise<[Asked, Warning[]]> => {
    const { files, variables = {}, by = 'api', ...asked } = sent;
    // Variables are those of the sender alone: nothing of this process's environment is told.
    const now = await timeOf(store);
    const options = { env: variables, environment: asked.environment, now, thorough };
    const { packed, problems, warnings, source } = await read({ files, options });
    if (source !== undefined && source !== set) {
      const detail = `the files name the source ${source}: send them to that set`;
      throw new CarillonError('invalid_input', 'The files belong to another set.', [
        { pointer: '/files', detail },
      ]);
    }
    if (!packed) {
      throw new CarillonError('invalid_schedule_file', 'The schedule files are not valid.', problems);
    }
    return [{ ...asked, set, packed, node: by, process: `${by}~${nonce.slice(0, 8)}` }, warnings];
  };
  return {
    // What many start at once is part of a plan.
    async plan(set, sent) {
      const [asked, warnings] = await packed(set, sent, randomText(20), false);
      return { ...(await planSet(store, asked, await timeOf(store))), warnings };
    },

    async propose(set, sent, key) {
      const fresh = randomText(20);
      const nonce = key === undefined ? fresh : await rememberedOf(store, key, sent, fresh);
      const [asked, warnings] = await packed(set, sent, nonce, true);
      const proposing = { ...asked, nonce, ...(key === undefined ? {} : { repeatFor: REMEMBERED }) };
      return { proposed: await propose(store, proposing, await timeOf(store)), warnings };
    },
  };
}

function stops(): CarillonError {
  return new CarillonError('unavailable', 'This node is stopping; ask another.');
}

function takesTooLong(within: number): CarillonError {
  const detail = `could not be read within ${formatDuration(within)}; send fewer, or leave out what refers to itself many times`;
  return new CarillonError('invalid_schedule_file', 'The schedule files take too long to read.', [
    { pointer: '/files', detail },
  ]);
}
