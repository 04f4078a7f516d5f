/** Loaded before a node: its machine's wall clock is a minute ahead, and it sleeps for a while when the window changes. */

import { performance } from 'node:perf_hooks';

const wall = Date.now;
Date.now = () => wall() + 60_000;
const mono = performance.now.bind(performance);
let slept = 0;
performance.now = () => mono() - slept;
process.on('SIGWINCH', () => {
  slept += 3_000;
});
