/** Turns the log's JSON lines into lines for people: `09:15:02.123 INFO  message  key=value`. */

const COLOURS: Record<string, string> = { debug: '90', info: '36', warn: '33', error: '31' };

interface Sink {
  write(line: string): unknown;
}

export function prettyLines(sink: Sink, colour: boolean): Sink {
  return { write: (line) => sink.write(pretty(line, colour)) };
}

function pretty(line: string, colour: boolean): string {
  // What the line is about is said by its words.
  const { level, time, message, event: _, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const name = String(level);
  const paint = (text: string, code: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const head = `${paint(clockOf(String(time)), '90')} ${paint(name.toUpperCase().padEnd(5), COLOURS[name] ?? '0')}`;
  const tail = Object.entries(fields).map(([key, value]) => `${paint(`${key}=`, '90')}${show(value)}`);
  const said = String(message ?? '').replace(/\p{Cc}/gu, ' ');
  return `${head} ${tail.length > 0 ? `${said}  ${tail.join(' ')}` : said}${stackOf(fields)}\n`;
}

/** Local time of day: what the person at the terminal compares with. */
function clockOf(iso: string): string {
  const at = new Date(iso);
  const two = (n: number): string => String(n).padStart(2, '0');
  const ms = String(at.getMilliseconds()).padStart(3, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${ms}`;
}

function show(value: unknown): string {
  if (isError(value)) return JSON.stringify(value.code ? `${value.message} (${value.code})` : value.message);
  if (typeof value === 'string') return /^[^\s"=\p{Cc}]+$/u.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value);
}

function stackOf(fields: Record<string, unknown>): string {
  const stacks = Object.values(fields).flatMap((value) =>
    isError(value) && value.stack ? [value.stack] : [],
  );
  return stacks.map((stack) => `\n${stack}`).join('');
}

function isError(value: unknown): value is { message: string; code?: string; stack?: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { message?: unknown }).message === 'string'
  );
}
