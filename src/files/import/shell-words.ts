/** Command lines without a shell: words, quotes, and where only a shell would know what is meant. */

/** What a shell would do something with, outside of quotes. */
const SHELL_SIGNS = /[|&;<>()$`\\*?[\]{}~!#\n]/;
/** In double quotes. */
const EXPANDED = /[$`\\!]/;
/** They run what stands behind them. */
const RUNNERS =
  /^(?:env|exec|nice|ionice|nohup|time|timeout|flock|chronic|sudo|bash|sh|zsh|dash|php[\d.]*|python[\d.]*|ruby|perl|node|npx|bundle|cd|test|\[|\.|source|cronlock|setlock)$/;

/** The words; undefined where only a shell knows them. */
export function plainWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; ) {
    const sign = text[at] ?? '';
    if (sign === ' ' || sign === '\t') {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
    } else if (sign === "'" || sign === '"') {
      const end = text.indexOf(sign, at + 1);
      if (end < 0) return undefined;
      const inner = text.slice(at + 1, end);
      if (sign === '"' && EXPANDED.test(inner)) return undefined;
      word = (word ?? '') + inner;
      at = end + 1;
    } else {
      // A hash inside a word begins no comment.
      if (SHELL_SIGNS.test(sign) && !(sign === '#' && word !== undefined)) return undefined;
      word = (word ?? '') + sign;
      at += 1;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** What a command line is about, for an id: the script it runs, without its directory and ending. */
export function programName(text: string): string {
  const pieces = text.split(/&&|\|\||;|\|/);
  for (const piece of pieces) {
    const words = piece
      .replace(/[(){}"'`]/g, ' ')
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '' && !/^\w+=/.test(word));
    if (/^(?:cd|test|\[|sleep|export|\.|source|set|umask)$/.test(words[0] ?? '')) continue;
    const named = words.find(
      (word) => !RUNNERS.test(base(word)) && /[A-Za-z]/.test(base(word)) && !/^[-<>&\d$]/.test(word),
    );
    const found = base(named ?? words[0] ?? '').replace(/\.(?:sh|py|rb|pl|php|js|mjs|ts|bash)$/, '');
    if (found !== '') return found;
  }
  return '';
}

const base = (word: string): string => word.slice(word.lastIndexOf('/') + 1);
