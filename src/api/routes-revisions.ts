/** The routes of what a schedule was before. */

import { at, type Route, show } from './route.js';

export const REVISION_ROUTES: readonly Route[] = [
  ...at('/v1/schedules/{id}/revisions', {
    get: show(
      'The last twenty revisions, newest first, with who made them and when, and what of the definition each changed',
      'Revisions',
    ),
  }),
  ...at('/v1/schedules/{id}/revisions/{revision}', {
    get: show(
      'Show a revision with what it did to the fire times: runs of the week behind it that came, went or moved',
      'Revision',
    ),
  }),
];
