/** One log for people or machines, on stderr: the only place that knows pino. */

import pino, { type DestinationStream, type Logger } from 'pino';
import { prettyLines } from './pretty.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
export type LogFields = Readonly<Record<string, unknown>>;

export interface Write {
  (fields: LogFields, message: string): void;
  (message: string): void;
}

/**
 * Where lines go: a message, or fields and a message. A pino logger is one.
 *
 * @example
 * ctx.log.info({ customer: 42 }, 'charged');
 */
export interface Log {
  /** For who looks for a fault. */
  readonly debug: Write;
  /** What happens. */
  readonly info: Write;
  /** What somebody should look at. */
  readonly warn: Write;
  /** What went wrong. */
  readonly error: Write;
  /** The same, with these fields in each line. */
  child(fields: LogFields): Log;
}

export interface LogOptions {
  level: LogLevel;
  format: 'pretty' | 'json';
  /** Which node or worker is talking; left out of pretty lines. */
  name?: string;
  /** Where lines go; default stderr. */
  destination?: DestinationStream;
}

export function createLog(options: LogOptions): Log {
  const { destination } = options;
  const sink = destination ?? pino.destination({ dest: 2, sync: true });
  const colour = !destination && process.stderr.isTTY === true && !process.env['NO_COLOR'];
  const target = options.format === 'pretty' ? prettyLines(sink, colour) : sink;
  const base = options.name === undefined || options.format === 'pretty' ? null : { name: options.name };
  const settings = {
    level: options.level,
    base,
    timestamp: pino.stdTimeFunctions.isoTime,
    messageKey: 'message',
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return wrap(pino(settings, target));
}

function wrap(logger: Logger): Log {
  const stacks = logger.isLevelEnabled('debug');
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error'): Write =>
    (fields: LogFields | string, message?: string) => {
      if (!logger.isLevelEnabled(level)) return;
      if (typeof fields === 'string') logger[level](fields);
      else logger[level](plain(fields, stacks), message);
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(logger.child(plain(fields, stacks))),
  };
}

/** Errors as message and code; their stacks only where somebody is debugging. */
function plain(fields: LogFields, stacks: boolean): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) out[key] = value instanceof Error ? writtenError(value, stacks) : value;
  }
  return out;
}

export function writtenError(error: Error & { code?: unknown }, stacks: boolean): Record<string, unknown> {
  return {
    message: error.message || error.name,
    ...(error.code === undefined ? {} : { code: error.code }),
    ...(stacks ? { stack: error.stack } : {}),
  };
}
