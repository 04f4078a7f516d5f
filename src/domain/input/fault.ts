/** What is wrong with something that threw, in words for people. */

export function faultOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
