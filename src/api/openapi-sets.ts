/** The shapes of answers about file sets that the OpenAPI description names. */

import { list, text, time, whole } from './openapi-parts.js';

const some = (item: object) => ({
  type: 'object',
  properties: { count: whole, first: list(item) },
});
const problem = { type: 'object', properties: { pointer: text, detail: text } };
const peak = {
  type: ['object', 'null'],
  properties: { at: time, starts: whole, schedules: list(text) },
};
const paused = {
  type: 'object',
  properties: { id: text, at: time, until: time, reason: text, by: text },
};

const fields = list({
  type: 'object',
  required: ['field'],
  properties: { field: text, before: {}, after: {} },
  description: 'of a payload only the name is told',
});
const runs = {
  type: 'object',
  properties: {
    until: time,
    before: whole,
    after: whole,
    added: some(time),
    removed: some(time),
    moved: some({ type: 'object', properties: { from: time, to: time } }),
  },
};

const revision = {
  revision: whole,
  digest: { ...text, description: 'of the definition' },
  at: time,
  by: text,
  did: { enum: ['paused', 'resumed'] },
  fields: { ...fields, description: 'against the one before it; absent where that is not kept' },
};

const change = {
  type: 'object',
  required: ['id', 'action', 'fields', 'runs'],
  properties: {
    id: text,
    action: { enum: ['create', 'change', 'rename', 'takeOver', 'remove'] },
    formerly: text,
    from: { ...text, description: 'whom it is taken over from' },
    file: text,
    line: whole,
    fields,
    queue: { type: 'object', properties: { from: text, to: text } },
    runs,
    waits: {
      type: 'object',
      description: 'what becomes of what there is',
      properties: {
        planned: { type: 'object', properties: { stay: whole, withdrawn: whole } },
        unfinished: {
          type: 'object',
          properties: {
            underWay: whole,
            waiting: whole,
            becomes: { enum: ['goOn', 'withdrawnUnlessRunning'] },
          },
        },
        backlog: {
          type: 'object',
          properties: { count: whole, becomes: { enum: ['decidedAnew', 'givenUp'] } },
        },
      },
    },
    paused,
    fault: text,
  },
};

const difference = {
  type: 'object',
  properties: {
    ...{ created: whole, changed: whole, removed: whole, ids: { type: 'object' } },
    renamed: { type: 'array', items: { type: 'object' } },
  },
};

export const SET_SCHEMAS = {
  Revisions: {
    type: 'object',
    properties: {
      items: list({ type: 'object', required: ['revision', 'digest', 'at', 'by'], properties: revision }),
      nextCursor: { type: 'null' },
    },
  },
  Revision: {
    type: 'object',
    required: ['revision', 'digest', 'at', 'by'],
    properties: {
      ...revision,
      before: { ...whole, description: 'the revision before it, where one is known' },
      runs: {
        ...runs,
        description:
          'runs of the week behind it, by the calendar as it was before and as it became; absent where what was is not kept',
      },
    },
  },
  ScheduleFile: {
    type: 'object',
    required: ['version', 'schedules', 'nextCursor'],
    properties: {
      version: { const: 1 },
      source: text,
      calendars: { type: 'object' },
      schedules: { type: 'object', additionalProperties: { type: 'object' } },
      owners: list(text),
      leftOut: list({ type: 'object', properties: { id: text, fault: text } }),
      nextCursor: { type: ['string', 'null'] },
    },
  },
  Plan: {
    type: 'object',
    required: ['set', 'digest', 'verdict', 'against', 'counts', 'changes', 'conflicts', 'peaks'],
    properties: {
      set: text,
      digest: text,
      schedules: whole,
      release: text,
      environment: text,
      commit: text,
      at: time,
      until: time,
      verdict: { enum: ['accepted', 'held', 'current'] },
      reason: text,
      because: text,
      held: { type: 'object', description: 'what is held now' },
      applying: { type: 'boolean' },
      against: {
        type: 'object',
        description: 'for the proposal that is to be made only where the cluster has not moved on',
        properties: {
          revision: whole,
          digest: text,
          owners: list({ type: 'object', properties: { id: text, owner: text } }),
        },
      },
      counts: { type: 'object', additionalProperties: whole },
      changes: list(change),
      more: { ...whole, description: 'changes that are not listed' },
      conflicts: list({
        type: 'object',
        properties: {
          ...{ id: text, owner: text, formerly: text, ownerFile: text, ownerLine: whole },
          ...{ file: text, line: whole },
        },
      }),
      paused: list(paused),
      peaks: {
        type: 'object',
        description: 'the second on which most runs of all schedules start',
        properties: { until: time, before: peak, after: peak },
      },
      warnings: list(problem),
    },
  },
  Proposed: {
    type: 'object',
    required: ['digest', 'verdict', 'difference', 'problems'],
    properties: {
      digest: text,
      verdict: { enum: ['accepted', 'held'] },
      current: { type: 'boolean', description: 'it was in force already' },
      reason: text,
      because: text,
      difference,
      takesOver: list(text),
      problems: list(problem),
      warnings: list(problem),
    },
  },
};
