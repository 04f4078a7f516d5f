/** Every coded error, in one table: the HTTP status, the exit code and the advice are looked up here. */

/** `status`: HTTP status. `exit`: process exit code. `fix`: how to put it right, one sentence. */
interface ErrorKind {
  status: number;
  exit: number;
  title: string;
  fix: string;
}

const kind = (status: number, exit: number, title: string, fix: string): ErrorKind => ({
  status,
  exit,
  title,
  fix,
});

export const ERRORS = {
  invalid_input: kind(422, 2, 'Invalid input', 'Correct the fields named and send it again.'),
  malformed_json: kind(400, 2, 'Malformed JSON', 'Send one valid JSON value.'),
  unsupported_media: kind(415, 2, 'Unsupported media type', 'Send application/json.'),
  payload_too_large: kind(
    413,
    2,
    'Too large',
    'Keep a payload within 1 MiB; store bulk data elsewhere and pass a reference.',
  ),
  result_too_large: kind(
    422,
    1,
    'Result too large',
    'Return a reference to what is large, or raise `resultLimit` of the queue.',
  ),
  invalid_cron: kind(422, 2, 'Invalid cron expression', 'Use five fields, or six with leading seconds.'),
  invalid_schedule_file: kind(
    422,
    2,
    'Invalid schedule file',
    'Correct the places named; the last good set stays live.',
  ),
  unsupported: kind(422, 2, 'Not supported by this version', 'Leave the field out.'),
  usage: kind(400, 2, 'Wrong usage', 'See --help.'),
  not_found: kind(404, 3, 'Not found', 'Check the id.'),
  conflict: kind(409, 4, 'Conflict', 'Read the current state and decide again.'),
  queue_full: kind(
    429,
    69,
    'The queue is full',
    'Send it again after a while (Retry-After), let workers catch up, or raise maxDepth of the queue.',
  ),
  idempotency_mismatch: kind(
    422,
    2,
    'Idempotency key used before',
    'Send a new key with a new request, and the same body with the same key.',
  ),
  precondition_failed: kind(412, 4, 'Changed meanwhile', 'Read it again and send the new If-Match.'),
  method_not_allowed: kind(
    405,
    2,
    'Method not allowed',
    'Use one of the methods named; /openapi.json lists them.',
  ),
  unauthorized: kind(
    401,
    5,
    'API key required',
    'Send Authorization: Bearer <key> with the key this node was started with (CARILLON_API_KEY), or sign in at /login.',
  ),
  forbidden: kind(403, 5, 'Not allowed', 'Use a key that allows this.'),
  read_only: kind(
    403,
    5,
    'This node only shows',
    'Ask a node of the cluster that was started without CARILLON_READ_ONLY.',
  ),
  payloads_hidden: kind(
    403,
    5,
    'Payloads are hidden here',
    'Ask a node of the cluster that was started without CARILLON_HIDE_PAYLOADS.',
  ),
  too_many_attempts: kind(
    429,
    5,
    'Too many wrong keys',
    'Wait as long as Retry-After says, and send the key this node was started with (CARILLON_API_KEY).',
  ),
  unavailable: kind(503, 69, 'Unavailable', 'Try again; Carillon reconnects by itself.'),
  redis_full: kind(503, 69, 'Redis is full', 'Raise maxmemory or let the backlog drain.'),
  redis_unsuitable: kind(
    503,
    78,
    'This Redis cannot be used',
    'Use Redis 7.0 or newer with maxmemory-policy noeviction, a database it has and a certificate that is trusted.',
  ),
  data_too_new: kind(503, 78, 'Data written by a newer release', 'Upgrade this process.'),
  data_too_old: kind(
    503,
    78,
    'Data written by a release that this one cannot read',
    'Go on with that release, or use another namespace.',
  ),
  result_invalid: kind(
    422,
    1,
    'Invalid result',
    'Let the handler return what the output schema of its task takes.',
  ),
  not_completed: kind(409, 1, 'Not completed', 'See the task and its attempts with `carillon tasks show`.'),
  configuration: kind(500, 78, 'Invalid configuration', 'Correct the settings named.'),
  handler_module: kind(
    500,
    78,
    'Handler module cannot be loaded',
    'Correct the module; nothing was claimed.',
  ),
  internal: kind(500, 1, 'Internal error', 'Report it with the request id and the log line.'),
} satisfies Record<string, ErrorKind>;

/** The code of an error; docs/reference.md lists all of them with what to do. */
export type ErrorCode = keyof typeof ERRORS;

/** One problem inside a larger input. `pointer`: RFC 6901 pointer, or `file:line:column`. */
export interface Problem {
  /** Where it is, such as `/retry/delay`. */
  pointer: string;
  /** What must be different. */
  detail: string;
}

/** Whether it says that what was given cannot be used, such as a stored spec that this release refuses. */
export function isInvalid(error: unknown): error is CarillonError {
  return error instanceof CarillonError && error.code.startsWith('invalid');
}

/**
 * The only error that leaves Carillon on purpose.
 *
 * @example
 * try {
 *   await client.enqueue('email.welcome', payload, { delay: process.env.DELAY });
 * } catch (error) {
 *   if (error instanceof CarillonError && error.code === 'invalid_input') console.error(error.errors);
 *   else throw error;
 * }
 */
export class CarillonError extends Error {
  /** Always this word. */
  override readonly name = 'CarillonError';
  /** What kind of error it is. */
  readonly code: ErrorCode;
  /** Each place that must be different, where that is known. */
  readonly errors: readonly Problem[];

  /** `errors`: the places that must be different. */
  constructor(code: ErrorCode, message: string, errors: readonly Problem[] = [], options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.errors = errors;
  }

  /** The HTTP status it is answered with. */
  get status(): number {
    return ERRORS[this.code].status;
  }

  /** The exit code of a command that fails with it. */
  get exit(): number {
    return ERRORS[this.code].exit;
  }

  /** How to put it right, in one sentence. */
  get fix(): string {
    return ERRORS[this.code].fix;
  }
}

/** The store did not answer: what was asked may be asked again. */
export function isUnavailable(error: unknown): error is CarillonError {
  return error instanceof CarillonError && error.code === 'unavailable';
}

/** As many tasks wait in it as may. */
export function queueFull(queue: string): CarillonError {
  return new CarillonError(
    'queue_full',
    `In the queue ${queue} as many tasks wait as may (maxDepth): this one was not made.`,
  );
}

/** A conflict that tells the state the thing is in. */
export class StateConflict extends CarillonError {
  readonly state: string;

  constructor(message: string, state: string) {
    super('conflict', message);
    this.state = state;
  }
}

/** A conflict that tells which ones go by a name, where one alone was meant. */
export class NameConflict extends CarillonError {
  readonly ids: readonly string[];

  constructor(message: string, ids: readonly string[]) {
    super(
      'conflict',
      message,
      ids.map((id) => ({ pointer: id, detail: 'goes by this name' })),
    );
    this.ids = ids;
  }

  override get fix(): string {
    return 'Name one of them by its id.';
  }
}

/** A conflict that tells how many there are, where another number was said. */
export class CountConflict extends CarillonError {
  readonly count: number;

  constructor(message: string, count: number) {
    super('conflict', message, [{ pointer: '/count', detail: `must be ${count}` }]);
    this.count = count;
  }
}
