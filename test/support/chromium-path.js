/** Tells the browser tests where Chromium is, once, installing it where that needs no password. */

import { ensureChromium } from '../../src/setup/ensure-chromium.js';

export default async function setup(project) {
  project.provide('chromium', await ensureChromium());
}
