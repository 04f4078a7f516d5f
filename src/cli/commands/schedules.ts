/** `carillon schedules`: its commands, a file for each room of them. */

import type { Command } from 'commander';
import { command, group } from '../command.js';
import type { Surroundings } from '../surroundings.js';
import { applyCommand } from './schedules-apply.js';
import { backfillCommand } from './schedules-backfill.js';
import { driftCommand } from './schedules-drift.js';
import { pauseCommand, resumeCommand, skipCommand } from './schedules-edits.js';
import { exportCommand } from './schedules-export.js';
import { explainCommand, occurrencesCommand } from './schedules-past.js';
import { planCommand } from './schedules-plan.js';
import { listCommand, showCommand } from './schedules-reads.js';
import { revisionsCommand } from './schedules-revisions.js';
import { schemaCommand } from './schedules-schema.js';
import { triggerCommand } from './schedules-trigger.js';
import { validateCommand } from './schedules-validate.js';

export function schedulesCommand(surroundings: Surroundings): Command {
  const schedules = command(
    'schedules',
    'List, show, explain, pause, resume, skip, backfill, validate, plan, apply and export schedules',
    'carillon schedules list',
  );
  return group(
    schedules,
    listCommand(surroundings),
    showCommand(surroundings),
    occurrencesCommand(surroundings),
    explainCommand(surroundings),
    revisionsCommand(surroundings),
    pauseCommand(surroundings),
    resumeCommand(surroundings),
    skipCommand(surroundings),
    triggerCommand(surroundings),
    backfillCommand(surroundings),
    validateCommand(surroundings),
    schemaCommand(surroundings),
    planCommand(surroundings),
    applyCommand(surroundings),
    driftCommand(surroundings),
    exportCommand(surroundings),
  );
}
