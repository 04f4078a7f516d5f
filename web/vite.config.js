/** How the dashboard is built: into dist/web, relative to the page's <base>, compressed, and within its budget. */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { compressed } from './build/compressed.js';
import { onePage } from './build/dev-server.js';

const node = process.env.CARILLON_URL ?? 'http://127.0.0.1:4780';
/** A node takes changes from its own pages only, and here the development server answers for it. */
const passed = { target: node, changeOrigin: true, headers: { origin: new URL(node).origin } };

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // The policy allows nothing inline: every icon is a file, every style in the one sheet.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  plugins: [onePage(), compressed({ firstLoad: 60_000, everything: 150_000 })],
  server: {
    port: 4781,
    proxy: { '/v1': passed, '/openapi.json': passed, '/readyz': passed },
  },
});
