/** An API over the model store, asked without a network. */

import { type Api, type ApiOptions, createApi } from '../../../src/api/server.js';
import { packFiles, readFileSet } from '../../../src/files/file-set.js';
import type { readInThread } from '../../../src/files/read-in-thread.js';
import { setFilesOf } from '../../../src/node/set-files.js';
import { silentLog } from '../../../src/runtime/silent-log.js';
import { ModelStore } from '../../../src/testing/model-store.js';

type Headers = Record<string, string>;

/** Without a thread: there is no built module for one. */
const readHere: typeof readInThread = (request) =>
  'dir' in request ? readFileSet(request.dir, request.options) : packFiles(request.files, request.options);

/** In place of the built one, which a fresh clone has not. */
const PAGE = { index: '<base href="/" />', assets: new Map() };

/** An API over `store` that nobody listens to; `options` replace what it has otherwise. */
export function apiOver(store: ModelStore, options: Partial<ApiOptions> = {}): Api {
  return createApi({
    store,
    cluster: { self: 'one', leaderTtlMs: 1_000, leader: async () => null },
    health: async () => ({ ready: true, problems: [] }),
    setFiles: setFilesOf(store, { readFiles: readHere }),
    log: silentLog,
    host: '127.0.0.1',
    port: 0,
    version: '0.0.0',
    dashboard: { files: PAGE },
    ...options,
  });
}

export function apiOnModel(options: Partial<ApiOptions> = {}) {
  const store = new ModelStore();
  const api = apiOver(store, options);
  const send = (method: 'POST' | 'PUT', url: string, body: object, headers: Headers) =>
    api.app.inject({
      method,
      url,
      headers: { 'content-type': 'application/json', ...headers },
      payload: JSON.stringify(body),
    });
  return {
    store,
    api,
    get: (url: string) => api.app.inject({ method: 'GET', url }),
    post: (url: string, body: object = {}, headers: Headers = {}) => send('POST', url, body, headers),
    put: (url: string, body: object, headers: Headers = {}) => send('PUT', url, body, headers),
    remove: (url: string, headers: Headers = {}) => api.app.inject({ method: 'DELETE', url, headers }),
    /** What the worker `w~1` is handed. */
    claim: async (handlers: string[], want = 1, queue = 'default') => {
      const request = { worker: 'w~1', nonce: nonce++, want, handlers, leaseMs: 10_000, completions: [] };
      return (await store.claim(queue, request)).tasks;
    },
  };
}

let nonce = 1;

export type ApiOnModel = ReturnType<typeof apiOnModel>;
