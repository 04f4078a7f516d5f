/** Routes of a browser's session: who asks and what this node lets it do; sign in with the API key; sign out. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { formatInstant } from '../domain/input/instants.js';
import { readFields } from '../domain/input/read-fields.js';
import { about, text } from '../domain/input/readers.js';
import type { Access } from './access.js';
import type { ApiContext } from './context.js';
import { text as anyText, time } from './openapi-parts.js';
import { at, type Route, show } from './route.js';

export const SIGN_IN = { key: about(text(1024), 'the API key') };

/** A key and the JSON around it. */
const LARGEST = 8_192;

export const SESSION_ROUTES: readonly Route[] = at('/v1/session', {
  get: show('Who asks, and what this node shows and lets be done; needs no key', 'Session'),
  post: {
    ...show(
      'Sign a browser in: the key is changed for a cookie that its scripts cannot read; 429 after ten wrong keys in a minute',
      'Session',
    ),
    body: { name: 'SignIn', fields: SIGN_IN, required: ['key'] },
    changesNothing: true,
  },
  delete: { summary: 'Sign a browser out', answers: { 204: '' }, changesNothing: true },
});

export const SESSION = {
  type: 'object',
  required: ['signedIn', 'needsKey', 'readOnly', 'payloadsHidden', 'basePath'],
  properties: {
    signedIn: { type: 'boolean', description: 'true where no key is needed, too' },
    needsKey: { type: 'boolean' },
    readOnly: { type: 'boolean', description: 'whatever would change something is refused with `read_only`' },
    payloadsHidden: {
      type: 'boolean',
      description: '`payloadHidden` stands where data of tasks was left out',
    },
    basePath: { ...anyText, description: 'what stands before every path, such as /carillon; else empty' },
    how: { enum: ['open', 'key', 'session'], description: 'how the caller is known, where it is' },
    until: { ...time, description: 'when the session ends unless something is asked before' },
    version: { ...anyText, description: 'told to those who are signed in' },
    environment: { ...anyText, description: 'of CARILLON_ENVIRONMENT; told to those who are signed in' },
  },
};

export function sessionRoutes(app: FastifyInstance, context: ApiContext, access: Access): void {
  const { readOnly, hidePayloads, version, environment } = context;
  const view = ({ caller, base }: FastifyRequest): Record<string, unknown> => ({
    signedIn: caller !== null,
    needsKey: access.needsKey,
    readOnly,
    payloadsHidden: hidePayloads,
    basePath: base,
    ...(caller && {
      how: caller.how,
      ...(caller.until === undefined ? {} : { until: formatInstant(caller.until) }),
      version,
      ...(environment === undefined ? {} : { environment }),
    }),
  });
  const config = { open: 'session' } as const;

  app.get('/v1/session', { config }, async (request) => {
    readFields(request.query, {});
    return view(request);
  });

  app.post('/v1/session', { config, bodyLimit: LARGEST }, async (request, reply) => {
    readFields(request.query, {});
    const { key } = readFields(request.body, SIGN_IN, ['key']);
    await access.signIn(request, reply, key);
    return view(request);
  });

  app.delete('/v1/session', { config }, async (request, reply) => {
    readFields(request.query, {});
    access.signOut(request, reply);
    return reply.code(204).send();
  });
}
