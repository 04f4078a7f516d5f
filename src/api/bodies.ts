/** Reads request bodies: JSON as it comes, and nothing else. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CarillonError } from '../domain/input/errors.js';
import { type JsonReading, readJson } from '../domain/input/json-text.js';
import { refuse } from '../domain/input/read-fields.js';
import type { Path } from '../domain/input/readers.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Values of the body that stay the text they came as. */
    keepText?: (path: Path) => boolean;
  }
}

/** A body is read as it comes: bytes that need decoding first would be taken for broken JSON. */
export function refuseEncoding(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new CarillonError('unsupported_media', 'The body must be sent without a Content-Encoding.');
}

/** What `curl -d` sends when nobody says what it is: read as JSON, too. A foreign page's form is refused by its origin. */
const UNSAID = 'application/x-www-form-urlencoded';

/** Only JSON is read; bytes that are no UTF-8 are refused rather than replaced. */
export function readBodies(app: FastifyInstance): void {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/json', UNSAID],
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      if (body.length === 0) return undefined;
      let reading: JsonReading;
      try {
        reading = readJson(decoder.decode(body), request.routeOptions.config.keepText);
      } catch (error) {
        // Node's message quotes the body; only the place is worth telling.
        const place = /position \d+/.exec(error instanceof Error ? error.message : '')?.[0];
        throw new CarillonError(
          'malformed_json',
          `The body is no JSON value${place ? ` (at ${place})` : ''}.`,
        );
      }
      if (reading.problems.length > 0) refuse('invalid_input', reading.problems);
      return reading.value;
    },
  );
}
