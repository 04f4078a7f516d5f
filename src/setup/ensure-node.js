/** Refuses a Node older than the one Carillon is made for, before anything else can fail in a less clear way. */

import { giveUp } from './run.js';

const WANTED = [20, 19];

export function ensureNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > WANTED[0] || (major === WANTED[0] && minor >= WANTED[1])) return;
  giveUp(
    `Node ${WANTED.join('.')} or newer is needed, this is ${version}. Get one from https://nodejs.org or with your version manager (nvm install 20).`,
    78,
  );
}
