/** One log for people or machines, on stderr: the only place that knows pino. */

import pino, { type DestinationStream, type Logger } from 'pino';
import { Floods } from './log-floods.js';
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

/** A log whose level may be changed while the process runs, for every line of it. */
export interface SettableLog extends Log {
  level: LogLevel;
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const satisfies readonly LogLevel[];
/** What SIGUSR2 goes through: from any of them to the next that tells more, and from the last to the first. */
const CYCLE = ['error', 'warn', 'info', 'debug'] as const;

export function nextLevel(level: LogLevel): LogLevel {
  return CYCLE[(CYCLE.indexOf(level as (typeof CYCLE)[number]) + 1) % CYCLE.length] ?? 'info';
}

export function createLog(options: LogOptions): SettableLog {
  const { destination } = options;
  const sink = destination ?? pino.destination({ dest: 2, sync: true });
  const colour = !destination && process.stderr.isTTY === true && !process.env['NO_COLOR'];
  const target = options.format === 'pretty' ? prettyLines(sink, colour) : sink;
  const base = options.name === undefined || options.format === 'pretty' ? null : { name: options.name };
  const settings = {
    // Which lines are written is decided here, for a child of pino keeps the level it was born with.
    level: 'debug',
    base,
    timestamp: pino.stdTimeFunctions.isoTime,
    messageKey: 'message',
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const gate: Gate = { level: options.level, floods: new Floods() };
  return Object.defineProperty(wrap(pino(settings, target), gate), 'level', {
    get: () => gate.level,
    set: (level: LogLevel) => {
      gate.level = level;
    },
  }) as SettableLog;
}

/** What all lines of one log share. */
interface Gate {
  level: LogLevel;
  readonly floods: Floods;
}

function wrap(logger: Logger, gate: Gate): Log {
  const at = (level: 'debug' | 'info' | 'warn' | 'error'): Write => {
    const rank = LEVELS.indexOf(level);
    const write = (fields: LogFields, message: string): void =>
      logger[level](plain(fields, gate.level === 'debug'), message);
    return (fields: LogFields | string, message?: string) => {
      if (rank < LEVELS.indexOf(gate.level)) return;
      if (typeof fields === 'string') gate.floods.write({}, fields, write);
      else gate.floods.write(fields, message ?? '', write);
    };
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(logger.child(plain(fields, gate.level === 'debug')), gate),
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
