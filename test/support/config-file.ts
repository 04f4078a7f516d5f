/** A configuration file for a moment: its text as a process would read it. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfigFile } from '../../src/files/config.js';
import { readSettings, type SettingsReading } from '../../src/node/settings-read.js';

/** The settings of a process without flags and variables in whose directory the file lies; nothing of it is left. */
export async function configured(
  text: string,
  runner: 'start' | 'worker' = 'start',
): Promise<SettingsReading> {
  const directory = mkdtempSync(join(tmpdir(), 'carillon-config-'));
  try {
    writeFileSync(join(directory, 'carillon.config.yaml'), text);
    const file = await readConfigFile({ directory, importModule: async () => ({}) });
    return readSettings({ runner, flags: {}, env: {}, file, host: 'h', pid: 1 });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
