/** Every coded error, in one table: the HTTP status, the exit code and the advice are looked up here. */

/** `status`: HTTP status. `exit`: process exit code (interface §2). `fix`: how to put it right, one sentence. */
interface ErrorKind {
  status: number;
  exit: number;
  title: string;
  fix: string;
}

export const ERRORS = {
  invalid_input: {
    status: 422,
    exit: 2,
    title: 'Invalid input',
    fix: 'Correct the fields named and send it again.',
  },
  malformed_json: { status: 400, exit: 2, title: 'Malformed JSON', fix: 'Send one valid JSON value.' },
  unsupported_media: { status: 415, exit: 2, title: 'Unsupported media type', fix: 'Send application/json.' },
  payload_too_large: {
    status: 413,
    exit: 2,
    title: 'Too large',
    fix: 'Keep a payload within 1 MiB; store bulk data elsewhere and pass a reference.',
  },
  invalid_cron: {
    status: 422,
    exit: 2,
    title: 'Invalid cron expression',
    fix: 'Use five fields, or six with leading seconds.',
  },
  invalid_schedule_file: {
    status: 422,
    exit: 2,
    title: 'Invalid schedule file',
    fix: 'Correct the places named; the last good set stays live.',
  },
  unsupported: { status: 422, exit: 2, title: 'Not supported by this version', fix: 'Leave the field out.' },
  usage: { status: 400, exit: 2, title: 'Wrong usage', fix: 'See --help.' },
  not_found: { status: 404, exit: 3, title: 'Not found', fix: 'Check the id.' },
  conflict: { status: 409, exit: 4, title: 'Conflict', fix: 'Read the current state and decide again.' },
  precondition_failed: {
    status: 412,
    exit: 4,
    title: 'Changed meanwhile',
    fix: 'Read it again and send the new If-Match.',
  },
  method_not_allowed: {
    status: 405,
    exit: 2,
    title: 'Method not allowed',
    fix: 'Use one of the methods named; /openapi.json lists them.',
  },
  unauthorized: {
    status: 401,
    exit: 5,
    title: 'API key required',
    fix: 'Send Authorization: Bearer <key> with the key this node was started with (CARILLON_API_KEY).',
  },
  forbidden: { status: 403, exit: 5, title: 'Not allowed', fix: 'Use a key that allows this.' },
  unavailable: {
    status: 503,
    exit: 69,
    title: 'Unavailable',
    fix: 'Try again; Carillon reconnects by itself.',
  },
  redis_full: {
    status: 503,
    exit: 69,
    title: 'Redis is full',
    fix: 'Raise maxmemory or let the backlog drain.',
  },
  redis_unsuitable: {
    status: 503,
    exit: 78,
    title: 'This Redis cannot be used',
    fix: 'Use Redis 7.0 or newer with maxmemory-policy noeviction, a database it has and a certificate that is trusted.',
  },
  data_too_new: {
    status: 503,
    exit: 78,
    title: 'Data written by a newer release',
    fix: 'Upgrade this process.',
  },
  data_too_old: {
    status: 503,
    exit: 78,
    title: 'Data written by a release that this one cannot read',
    fix: 'Go on with that release, or use another namespace.',
  },
  not_completed: {
    status: 409,
    exit: 1,
    title: 'Not completed',
    fix: 'See the task and its attempts with `carillon tasks show`.',
  },
  configuration: {
    status: 500,
    exit: 78,
    title: 'Invalid configuration',
    fix: 'Correct the settings named.',
  },
  handler_module: {
    status: 500,
    exit: 78,
    title: 'Handler module cannot be loaded',
    fix: 'Correct the module; nothing was claimed.',
  },
  internal: {
    status: 500,
    exit: 1,
    title: 'Internal error',
    fix: 'Report it with the request id and the log line.',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

/** One problem inside a larger input. `pointer`: RFC 6901 pointer, or `file:line:column`. */
export interface Problem {
  pointer: string;
  detail: string;
}

/** Whether it says that what was given cannot be used, such as a stored spec that this release refuses. */
export function isInvalid(error: unknown): error is CarillonError {
  return error instanceof CarillonError && error.code.startsWith('invalid');
}

/** The only error that leaves a Carillon module on purpose. */
export class CarillonError extends Error {
  override readonly name = 'CarillonError';
  readonly code: ErrorCode;
  readonly errors: readonly Problem[];

  constructor(code: ErrorCode, message: string, errors: readonly Problem[] = [], options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.errors = errors;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get exit(): number {
    return ERRORS[this.code].exit;
  }

  get fix(): string {
    return ERRORS[this.code].fix;
  }
}

/** A conflict that tells the state the thing is in. */
export class StateConflict extends CarillonError {
  readonly state: string;

  constructor(message: string, state: string) {
    super('conflict', message);
    this.state = state;
  }
}
