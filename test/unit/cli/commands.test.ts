/** The table of commands: each helps with an example first, and what comes later is said, never half there. */

import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS, LATER, noSuchCommand } from '../../../src/cli/commands.js';
import { createOutput } from '../../../src/cli/output.js';

const stream = { write: () => true };
const surroundings = { env: {}, directory: '.', output: createOutput(stream, stream), version: '0' };

async function made(name: string): Promise<Command> {
  const make = await COMMANDS[name]?.load();
  if (!make) throw new Error(`there is no ${name}`);
  return make(surroundings);
}

/** The command and everything below it. */
const family = (command: Command): Command[] => [command, ...command.commands.flatMap(family)];

const helpOf = (command: Command): string => {
  let text = '';
  command.configureOutput({ writeOut: (more) => (text += more) }).outputHelp();
  return text;
};

describe.each(Object.keys(COMMANDS))('carillon %s', (name) => {
  it('helps with an example first, and so do its sub-commands', async () => {
    for (const one of family(await made(name)))
      expect(helpOf(one)).toMatch(/^Examples?:\n {2}\$ .*carillon /);
  });

  it('has none of the commands of a later release', async () => {
    const parts = (await made(name)).commands.map((part) => part.name());
    expect(parts.filter((part) => LATER[name]?.includes(part))).toEqual([]);
  });

  it('answers a word that is no sub-command with those there are', async () => {
    const group = await made(name);
    if (group.commands.length === 0) return;
    const outcome = group.parseAsync(['nothing-like-it'], { from: 'user' });
    await expect(outcome).rejects.toMatchObject({
      exit: 2,
      message: expect.stringContaining(`It has ${group.commands.map((part) => part.name()).join(', ')}.`),
    });
  });
});

describe('commands of a later release', () => {
  it('are none of those there are', () => {
    expect(LATER['']?.filter((name) => name in COMMANDS)).toEqual([]);
    expect(Object.keys(LATER).filter((group) => group !== '' && !(group in COMMANDS))).toEqual([]);
  });

  it('are named as such, with exit 2', () => {
    expect(noSuchCommand('', 'doctor', ['dev'])).toMatchObject({
      exit: 2,
      message: 'carillon doctor is not in this release.',
    });
    expect(noSuchCommand('tasks', 'tail', ['list'])).toMatchObject({
      exit: 2,
      message: 'carillon tasks has no command "tail". It has list.',
    });
  });
});
