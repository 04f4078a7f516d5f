/** One API over one model store, made anew for each test of the files beside it. */

import { afterEach, beforeEach } from 'vitest';
import type { Api, ApiOptions } from '../../../src/api/server.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { apiOver } from './support.js';

export let store: ModelStore;
export let api: Api;

export function create(options: Partial<ApiOptions> = {}): Api {
  const leader = async () => ({ node: 'one', term: 5, since: store.now });
  return apiOver(store, { cluster: { self: 'one', leaderTtlMs: 1_000, leader }, ...options });
}

beforeEach(() => {
  store = new ModelStore();
  api = create();
});
afterEach(() => api.close());

export const get = (url: string, headers: Record<string, string> = {}) =>
  api.app.inject({ method: 'GET', url, headers });
export const post = (url: string, body?: unknown, headers: Record<string, string> = {}) =>
  api.app.inject({
    method: 'POST',
    url,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
export const put = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  api.app.inject({
    method: 'PUT',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(body),
  });

/** Another API on the same store, asked from now on. */
export function replace(options: Partial<ApiOptions>): void {
  api = create(options);
}
