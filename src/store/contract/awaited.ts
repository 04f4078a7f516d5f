/** Ends of tasks, told to whoever waits for them. */

export interface AwaitedStore {
  /**
   * Calls `told` once, when the task has ended, before or after this call, or may have: it is gone, or nothing could be
   * heard. Whoever is told looks, and asks anew where it has not. Answers how to wait no longer.
   */
  onceEnded(queue: string, id: string, told: () => void): () => void;
}
