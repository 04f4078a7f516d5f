/** The end of a command that has said what it had to say, with an exit code of its own. */

export class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}
