/** The machine's wall clock: for defaults and display at the command line, never for a decision. */

export function wallNow(): number {
  return Date.now();
}
