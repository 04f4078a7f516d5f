/** The environment of a command: little of the worker's, and what a payload may add. */

/** What a login would have; the worker's other variables hold its passwords. */
const INHERITED = /^(?:PATH|HOME|USER|LOGNAME|SHELL|TZ|TMPDIR|LANG|LANGUAGE|LC_[A-Z]+)$/;
const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin';

export interface EnvironmentParts {
  /** The worker's. */
  own: Readonly<Record<string, string | undefined>>;
  /** Names of those handed on. */
  pass: readonly string[];
  /** What the command is told of its task. */
  task: Readonly<Record<string, string>>;
  /** The payload's, checked. */
  given: Readonly<Record<string, string>>;
}

export function environmentOf({ own, pass, task, given }: EnvironmentParts): Record<string, string> {
  const inherited = Object.entries(own).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (INHERITED.test(entry[0]) || pass.includes(entry[0])),
  );
  return { PATH: USUAL_PATH, ...Object.fromEntries(inherited), ...task, ...given };
}
