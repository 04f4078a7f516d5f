/** `carillon schedules schema`: the JSON Schema of schedule files, for editors. */

import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { command } from '../command.js';
import type { Surroundings } from '../surroundings.js';

/** It comes with the package, beside our example. */
const SCHEMA = new URL('../../../schedules/schema.json', import.meta.url);

const HOW = `
Editors with the YAML language server (VS Code: the extension redhat.vscode-yaml) check and complete a file whose first
line names the schema:
  # yaml-language-server: $schema=./schema.json`;

export function schemaCommand({ output }: Surroundings): Command {
  return command(
    'schema',
    'Print the JSON Schema of schedule files, for editors',
    'carillon schedules schema > schedules/schema.json',
  )
    .addHelpText('after', HOW)
    .action(() => output.json(JSON.parse(readFileSync(SCHEMA, 'utf8'))));
}
