/** Flags as settings are written with them, and as commander hands them over. */

/** The name under which commander hands over a flag: `--leader-ttl <duration>` → `leaderTtl`. */
export function flagKey(flag: string): string {
  return flagWord(flag)
    .slice(2)
    .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `--leader-ttl <duration>` → `--leader-ttl`. */
export function flagWord(flag: string): string {
  return flag.split(' ')[0] ?? flag;
}
