/** The built-in handlers of a process, by its settings: beside a module only those that were allowed something. */

import { COMMAND_SCHEMA } from '../builtin/command-payload.js';
import { admittedCommand, commandRunBy, USUAL_GRACE } from '../builtin/command-run.js';
import { HTTP_SCHEMA } from '../builtin/http-payload.js';
import { admitted, httpRequestBy } from '../builtin/http-request.js';
import { Refused } from '../builtin/payload.js';
import { CarillonError, type Problem } from '../domain/input/errors.js';
import { COMMAND_RUN, HTTP_REQUEST } from '../domain/task/built-in.js';
import type { Handlers } from '../worker/handlers.js';
import { describing } from '../worker/payload-schema.js';
import { SETTINGS } from './settings.js';
import type { Settings } from './settings-read.js';

type BuiltInSettings = Pick<Settings, 'httpAllow' | 'httpSecrets' | 'commandAllow' | 'killAfter'>;

export interface BuiltIns {
  handlers: Handlers;
  /** Why a task of a built-in handler would be refused here whatever happens, with how to allow it; null: it would not. */
  refusal(handler: string, payload: unknown): string | null;
}

export function builtIns(settings: BuiltInSettings): BuiltIns {
  const { httpAllow, httpSecrets: secrets, commandAllow: allow, killAfter } = settings;
  const http = { allow: httpAllow, secrets };
  // Killed before its attempt would be taken back, and run beside the next one.
  const command = { allow, grace: Math.min(USUAL_GRACE, Math.floor(killAfter / 2)) };
  const judges: Record<string, (payload: unknown) => unknown> = {
    [HTTP_REQUEST]: (payload) => admitted(payload, http),
    [COMMAND_RUN]: (payload) => admittedCommand(payload, allow),
  };
  return {
    handlers: {
      [HTTP_REQUEST]: describing(httpRequestBy(http), HTTP_SCHEMA),
      [COMMAND_RUN]: describing(commandRunBy(command), COMMAND_SCHEMA),
    },
    refusal(handler, payload) {
      try {
        judges[handler]?.(payload);
      } catch (error) {
        if (error instanceof Refused) return error.message;
      }
      return null;
    },
  };
}

/**
 * With a module's handlers: a built-in one is there where its list is not empty, for otherwise a worker that was meant
 * for other things would take tasks only to refuse them; with `all` it always is. A module's own of that name goes
 * before it. Throws `configuration` where one is allowed something and replaced.
 */
export function withBuiltIns(
  own: Handlers,
  settings: BuiltInSettings,
  which: 'allowed' | 'all' = 'allowed',
): Handlers {
  const allowed = [
    ...(settings.httpAllow.length > 0 ? [{ name: HTTP_REQUEST, variable: SETTINGS.httpAllow.env }] : []),
    ...(settings.commandAllow.length > 0 ? [{ name: COMMAND_RUN, variable: SETTINGS.commandAllow.env }] : []),
  ];
  const problems = allowed
    .filter(({ name }) => Object.hasOwn(own, name))
    .map(({ name, variable }): Problem => {
      const detail = `the module has a handler ${name} of its own, which this does not concern; leave out one of them`;
      return { pointer: variable, detail };
    });
  if (problems.length > 0)
    throw new CarillonError(
      'configuration',
      'A built-in handler is allowed something and replaced.',
      problems,
    );
  const added = Object.entries(builtIns(settings).handlers).filter(
    ([name]) => !Object.hasOwn(own, name) && (which === 'all' || allowed.some((one) => one.name === name)),
  );
  return { ...own, ...Object.fromEntries(added) };
}
