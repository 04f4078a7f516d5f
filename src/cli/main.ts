#!/usr/bin/env node
/** The `carillon` command: loads what the first word asks for, and ends with an exit code of its table of errors. */

import { VERSION } from '../runtime/version.js';

// `carillon tasks list | head` closes our stdout early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const words = process.argv.slice(2);
// Answered before anything is loaded: scripts and health checks ask it often.
if (words.length === 1 && words[0] === '--version') process.stdout.write(`${VERSION}\n`);
else {
  const { run } = await import('./run.js');
  const code = await run(words);
  // After a fault something may still be winding up; a clean end waits for whatever is left to be written.
  if (code === 0) process.exitCode = 0;
  else process.exit(code);
}
