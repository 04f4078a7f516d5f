/** The routes of file sets in the table of routes. */

import { EXPORT } from '../sets/export.js';
import { IDEMPOTENCY_KEY } from './idempotency.js';
import { at, type Route, show } from './route.js';
import { APPLY, PLAN, PROPOSE, REMOVE, ROLLBACK } from './sets.js';

export const SET_ROUTES: readonly Route[] = [
  ...at('/v1/sets', { get: show('List file sets') }),
  ...at('/v1/sets/{set}', {
    get: show('Show a file set: what is in force, what was applied, what is held, which files are not valid'),
    delete: {
      action: 'set.remove',
      summary: 'Remove a file set and its schedules; 409 while present nodes carry it, unless `force`',
      query: REMOVE,
      answers: { 204: '' },
    },
  }),
  ...at('/v1/sets/{set}/revisions', {
    get: show('What was in force of a file set, newest first'),
  }),
  ...at('/v1/sets/{set}/apply', {
    post: {
      action: 'set.apply',
      ...show('Let the held proposal with this `digest` come into force; `force`: whatever is held by now'),
      body: { name: 'Apply', fields: APPLY, required: ['digest'] },
    },
  }),
  ...at('/v1/sets/{set}/rollback', {
    post: {
      action: 'set.rollback',
      ...show(
        'Bring an earlier revision into force again: what was in force since is held when a process puts it forward, unless its release is higher',
      ),
      headers: IDEMPOTENCY_KEY,
      body: { name: 'Rollback', fields: ROLLBACK, required: ['revision'] },
    },
  }),
  ...at('/v1/schedule-file', {
    get: show('What is live as a schedule file: read again it plans to nothing', 'ScheduleFile', EXPORT),
  }),
  ...at('/v1/sets/{set}/plan', {
    post: {
      ...show(
        'What proposing these files would change in what fires, in the next seven days: nothing is changed by it',
        'Plan',
      ),
      body: { name: 'PlanInput', fields: PLAN, required: ['files'] },
      changesNothing: true,
    },
  }),
  ...at('/v1/sets/{set}/proposals', {
    post: {
      action: 'set.propose',
      summary:
        'Propose files as what this set should be: whole, or not at all; 422 with every problem where they are not valid, 409 where they are a plan and the cluster has moved on',
      headers: IDEMPOTENCY_KEY,
      body: { name: 'Proposal', fields: PROPOSE, required: ['files'] },
      answers: { 202: 'Proposed' },
    },
  }),
];
