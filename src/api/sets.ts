/** Routes of file sets: what is in force and what is held, letting it through, proposing files, removing a set. */

import type { FastifyInstance } from 'fastify';
import { CarillonError } from '../domain/input/errors.js';
import { isNamespace, NAME_GRAMMAR, processName, scheduleId } from '../domain/input/names.js';
import { readFields, refuse } from '../domain/input/read-fields.js';
import {
  about,
  boolean,
  group,
  integer,
  isRecord,
  listOf,
  oneOf,
  type Reader,
  reader,
  text,
  type Values,
} from '../domain/input/readers.js';
import { LARGEST_BODY } from '../domain/input/sizes.js';
import { randomText } from '../runtime/random.js';
import { applyHeld, recordOf, removeSet } from '../sets/change.js';
import { EXPORT, exportPage } from '../sets/export.js';
import { heldBecause } from '../sets/judge.js';
import type { PlanBasis } from '../sets/plan-view.js';
import { rollBack } from '../sets/rollback.js';
import { revisionView, type SetView, setView, setViews } from '../sets/view.js';
import { timeOf } from '../store/contract/clock.js';
import { REMEMBERED, rememberedOf } from '../store/contract/once.js';
import { authorOf } from './author.js';
import type { ApiContext } from './context.js';
import { callerOf, idempotencyKeyOf } from './idempotency.js';

export const APPLY = {
  digest: about(text(64), 'of the held proposal'),
  force: about(boolean, 'whatever is held by now'),
};
export const ROLLBACK = {
  revision: about(integer(1, Number.MAX_SAFE_INTEGER), 'as the list of revisions has them'),
  by: about(processName, 'who did it'),
};
export const REMOVE = { force: about(oneOf('true', 'false', ''), 'though present nodes carry it') };

const MOST_FILES = 1_000;
const MOST_TAKEN = 1_000;
const MOST_OWNERS = 100_000;
/** Thousands of schedules are read and checked before the answer, ms. */
const READING_WITHIN = 60_000;

const FILE = { type: 'object', properties: { path: { type: 'string' }, text: { type: 'string' } } };
const files: Reader<{ path: string; text: string }[]> = reader(
  `a list of 1 to ${MOST_FILES} files, each with path and text`,
  (raw) => {
    if (!Array.isArray(raw) || raw.length === 0 || raw.length > MOST_FILES) return undefined;
    const sound = raw.every(
      (one) => isRecord(one) && typeof one['text'] === 'string' && isFileName(one['path']),
    );
    return sound ? raw.map(({ path, text: words }) => ({ path, text: words })) : undefined;
  },
  { schema: { type: 'array', items: FILE, minItems: 1, maxItems: MOST_FILES } },
);
const variables: Reader<Record<string, string>> = reader(
  'a mapping of names to texts',
  (raw) =>
    isRecord(raw) && Object.values(raw).every((value) => typeof value === 'string')
      ? (raw as Record<string, string>)
      : undefined,
  { schema: { type: 'object', additionalProperties: { type: 'string' } } },
);
const BASIS = {
  revision: integer(1, Number.MAX_SAFE_INTEGER),
  digest: text(64),
  owners: listOf(group({ id: scheduleId, owner: text(300) }), MOST_OWNERS, 0),
};
export const PLAN = {
  files: about(files, 'with their paths, in YAML or JSON, and their texts'),
  variables: about(variables, 'values of the variables that stand in them'),
  release: about(processName, 'a number, a version or a date'),
  environment: about(processName, 'which schedules with `environments` are meant'),
  commit: about(processName, 'what the files were checked out at'),
  force: about(boolean, 'though it would be held'),
  takeOver: about(
    listOf(scheduleId, MOST_TAKEN),
    'ids that may belong to another set, or to the API, until now',
  ),
};
export const PROPOSE = {
  ...PLAN,
  by: about(processName, 'who did it'),
  against: about(group(BASIS), 'the `against` of a plan: 409 where the cluster has moved on since'),
};

function isFileName(raw: unknown): raw is string {
  return typeof raw === 'string' && raw.length > 0 && raw.length <= 512 && !/[\0\n\r]/.test(raw);
}

interface BySet {
  Params: { set: string };
}

export function setRoutes(app: FastifyInstance, context: ApiContext): void {
  const { store, hidePayloads } = context;
  const time = (): number | Promise<number> => timeOf(store);
  const shown = async (set: string): Promise<SetView> => {
    const [record, nodes] = await Promise.all([store.setRecord(set), store.present('node')]);
    if (!record && !nodes.some((node) => node.files?.set === set)) throw notFound(set);
    return setView(set, record, nodes);
  };

  app.get('/v1/sets', async (request) => {
    readFields(request.query, {});
    const [records, nodes] = await Promise.all([store.setRecords(), store.present('node')]);
    return { items: setViews(records, nodes), nextCursor: null };
  });

  app.get<BySet>('/v1/sets/:set', async (request) => {
    readFields(request.query, {});
    return shown(request.params.set);
  });

  app.get<BySet>('/v1/sets/:set/revisions', async (request) => {
    readFields(request.query, {});
    const { set } = request.params;
    const record = await store.setRecord(set);
    if (!record) throw notFound(set);
    const accepted = (await store.proposals(set)).filter(({ number }) => number !== record.held?.number);
    return { items: accepted.map(revisionView), nextCursor: null };
  });

  app.post<BySet>('/v1/sets/:set/apply', async (request) => {
    readFields(request.query, {});
    const { digest, force = false } = readFields(request.body, APPLY, ['digest']);
    await applyHeld(store, request.params.set, { digest, force }, await time());
    return shown(request.params.set);
  });

  app.post<BySet>('/v1/sets/:set/rollback', async (request) => {
    readFields(request.query, {});
    const { set } = request.params;
    const body = readFields(request.body, ROLLBACK, ['revision']);
    const { revision } = body;
    const by = authorOf(request);
    const key = idempotencyKeyOf(request);
    const fresh = randomText(20);
    const again = `${callerOf(request)} rollback ${set} ${key}`;
    const once =
      key === undefined
        ? { nonce: fresh }
        : { nonce: await rememberedOf(store, again, body, fresh), repeatFor: REMEMBERED };
    await rollBack(store, set, { revision, by, ...once }, await time());
    return shown(set);
  });

  app.get('/v1/schedule-file', async (request) => {
    const asked = readFields(request.query, EXPORT);
    if (hidePayloads) {
      const detail = 'A schedule file without its payloads would be another one: this node exports none.';
      throw new CarillonError('payloads_hidden', detail);
    }
    const page = await exportPage(store, asked);
    const nothing = page.owners.length + page.leftOut.length === 0 && page.nextCursor === null;
    // An empty file of a name that was mistyped would be taken for what is live.
    if (nothing && asked.cursor === undefined && asked.set !== undefined && asked.set !== 'api') {
      await recordOf(store, asked.set);
    }
    return page;
  });

  const proposing = { bodyLimit: LARGEST_BODY, config: { answerWithin: READING_WITHIN } };
  app.post<BySet>('/v1/sets/:set/proposals', proposing, async (request, reply) => {
    readFields(request.query, {});
    const { set } = request.params;
    checkName(set);
    const { against, ...sent } = readFields(request.body, PROPOSE, ['files']);
    const key = idempotencyKeyOf(request);
    const { proposed, warnings } = await context.setFiles.propose(
      set,
      { ...sent, ...(against ? { against: basisOf(against) } : {}) },
      key === undefined ? undefined : `${callerOf(request)} set ${set} ${key}`,
    );
    const { digest, verdict, reason, live, difference, takesOver } = proposed;
    return reply.code(202).send({
      digest,
      verdict: reason ? 'held' : 'accepted',
      ...(verdict === 'current' ? { current: true } : {}),
      ...(reason ? { reason, because: heldBecause(reason, sent, live ?? null) } : {}),
      difference,
      ...(takesOver ? { takesOver } : {}),
      problems: [],
      warnings,
    });
  });

  app.post<BySet>('/v1/sets/:set/plan', proposing, async (request) => {
    readFields(request.query, {});
    const { set } = request.params;
    checkName(set);
    return context.setFiles.plan(set, readFields(request.body, PLAN, ['files']));
  });

  app.delete<BySet>('/v1/sets/:set', async (request, reply) => {
    const { force } = readFields(request.query, REMOVE);
    const forced = force !== undefined && force !== 'false';
    await removeSet(store, request.params.set, { force: forced }, await time());
    return reply.code(204).send();
  });
}

function checkName(set: string): void {
  if (!isNamespace(set))
    refuse('invalid_input', [{ path: ['set'], detail: `must be ${NAME_GRAMMAR.namespace}` }]);
}

function basisOf({ owners = [], ...rest }: Values<typeof BASIS>): PlanBasis {
  const complete = owners.flatMap(({ id, owner }) => (id && owner ? [{ id, owner }] : []));
  return { ...rest, owners: complete };
}

function notFound(set: string): CarillonError {
  return new CarillonError('not_found', `There is no file set ${set.slice(0, 64)}.`);
}
