/** Turns whatever went wrong into one RFC 9457 problem document; nothing internal leaves through it. */

import {
  CarillonError,
  CountConflict,
  ERRORS,
  type ErrorCode,
  NameConflict,
  type Problem,
  StateConflict,
} from '../domain/input/errors.js';

/** `application/problem+json` as every route answers it. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors: readonly Problem[];
  /** How to put it right. */
  fix: string;
  requestId: string;
  /** The state a task is in, when that is what stands in the way. */
  state?: string;
  /** How many there are, when another number was said. */
  count?: number;
  /** Those that go by a name, when one alone was meant. */
  ids?: readonly string[];
}

/** The route exists, this method does not. */
export class WrongMethod extends CarillonError {
  readonly allowed: readonly string[];

  constructor(method: string, allowed: readonly string[]) {
    const others = `${allowed.join(', ')} ${allowed.length === 1 ? 'is' : 'are'}`;
    super('method_not_allowed', `${method} is not possible here; ${others}.`);
    this.allowed = allowed;
  }
}

/** No route has this path. */
export class NoRoute extends CarillonError {
  constructor(method: string, url: string) {
    super('not_found', `There is nothing at ${method} ${url.slice(0, 200)}.`);
  }

  override get fix(): string {
    return 'Check the path; /openapi.json lists every route.';
  }
}

/** Refused for a reason that is not the caller's key. */
export class Forbidden extends CarillonError {
  readonly #fix: string;

  constructor(message: string, fix: string) {
    super('forbidden', message);
    this.#fix = fix;
  }

  override get fix(): string {
    return this.#fix;
  }
}

/** What the web framework's own errors mean in our table. */
const FRAMEWORK: Readonly<Record<string, [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large', 'The body is larger than this route takes.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media', 'The body must be sent as application/json.'],
  FST_ERR_CTP_EMPTY_TYPE: ['unsupported_media', 'The body must be sent as application/json.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed_json', 'The body is empty.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed_json', 'The body is shorter or longer than announced.'],
  FST_ERR_BAD_URL: ['invalid_input', 'The URL is not validly encoded.'],
  FST_ERR_MAX_PARAM_LENGTH: ['not_found', 'No id is that long.'],
};

/** Whether `error` is a fault of ours that belongs in the log. */
export function isInternal(error: unknown): boolean {
  return problemOf(error, '').code === 'internal';
}

/** Faults between us and Redis, in words for a caller who has no part in them. */
const STORE_FAULTS: Partial<Record<ErrorCode, string>> = {
  unavailable: 'Redis did not answer.',
  redis_full: 'Redis has reached its maxmemory and refuses writes.',
  forbidden: 'Redis refuses what this node asks of it.',
  redis_unsuitable: 'This node cannot use its Redis.',
};

/** Whether `error` carries what Redis or its connection said, which belongs in the log. */
export function isStoreFault(error: unknown): error is CarillonError {
  return (
    error instanceof CarillonError && error.cause !== undefined && STORE_FAULTS[error.code] !== undefined
  );
}

export function problemOf(error: unknown, requestId: string): ProblemDocument {
  if (isStoreFault(error)) {
    return document(
      error.code === 'redis_full' ? error.code : 'unavailable',
      STORE_FAULTS[error.code] ?? '',
      requestId,
    );
  }
  if (error instanceof CarillonError) {
    const problem = { ...document(error.code, error.message, requestId, error.errors), fix: error.fix };
    if (error instanceof CountConflict) return { ...problem, count: error.count };
    if (error instanceof NameConflict) return { ...problem, ids: error.ids };
    return error instanceof StateConflict ? { ...problem, state: error.state } : problem;
  }
  const [code, detail] = FRAMEWORK[frameworkCode(error)] ?? ['internal', 'Something went wrong on our side.'];
  return document(code, detail, requestId);
}

function frameworkCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

function document(
  code: ErrorCode,
  detail: string,
  requestId: string,
  errors: readonly Problem[] = [],
): ProblemDocument {
  const { title, status, fix } = ERRORS[code];
  return { type: 'about:blank', title, status, detail, code, errors, fix, requestId };
}
