/** `carillon import`: schedules of other systems as a schedule file on stdout, with a remark for every loss and doubt. */

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { printable } from '../../domain/input/error-text.js';
import { CarillonError, type Problem } from '../../domain/input/errors.js';
import { wallNow } from '../../runtime/wall.js';
import { command } from '../command.js';
import type { Surroundings } from '../surroundings.js';

const STDIN = '-';

const HELP = `
The file goes to stdout, remarks to stderr. Their kinds: refused (not in the file), warn (in it, but look at it), decide
(a person has to choose), note (what is worth knowing). With remarks the exit code is 0. A file called - is standard
input. Nothing of what is read is run: ERB, Python and Java count only where they are literal.`;

export function importCommand({ output, directory }: Surroundings): Command {
  return command(
    'import',
    'Turn schedules of another system into a schedule file, which goes to stdout',
    'carillon import k8s cronjobs.yaml > schedules/imported.yaml',
    'crontab -l | carillon import crontab -',
  )
    .argument(
      '<format>',
      'crontab, k8s, sidekiq-cron, solid-queue, celery, bullmq, quartz, eventbridge, github-actions',
    )
    .argument('<file...>', 'what to read; - is standard input')
    .option('--shadow', 'write `enabled: shadow` into its defaults: nothing runs until you take that out')
    .option('--json', 'print {file, report} as JSON')
    .addHelpText('after', HELP)
    .action(async (format: string, files: string[], flags: { json?: boolean; shadow?: boolean }) => {
      const { formatOf, importTexts } = await import('../../files/import/formats.js');
      const known = formatOf(format);
      const { file, report } = importTexts(known, await readAll(directory, files), {
        now: wallNow(),
        shadow: flags.shadow ?? false,
      });
      if (flags.json) {
        output.json({ file, report });
        return;
      }
      for (const { id, kind, text } of report) {
        output.say(printable(`${kind}: ${id === undefined ? '' : `${id}: `}${text}`));
      }
      for (const line of file.trimEnd().split('\n')) output.line(line);
    });
}

/** All of them, or everything that cannot be read. */
async function readAll(
  directory: string,
  paths: readonly string[],
): Promise<{ path: string; text: string }[]> {
  const problems: Problem[] = [];
  const sources: { path: string; text: string }[] = [];
  for (const path of paths) {
    try {
      const bytes = path === STDIN ? await standardInput() : await readFile(resolve(directory, path));
      sources.push({ path, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) });
    } catch (error) {
      problems.push({ pointer: path, detail: `cannot be read: ${reasonOf(error)}` });
    }
  }
  if (problems.length > 0) throw new CarillonError('invalid_input', 'Not everything can be read.', problems);
  return sources;
}

async function standardInput(): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Uint8Array);
  return Buffer.concat(pieces);
}

function reasonOf(error: unknown): string {
  if (error instanceof TypeError) return 'it is no UTF-8 text';
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  return code === 'EISDIR' ? 'it is a directory; name its files' : message;
}
