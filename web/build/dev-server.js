/** For `vite dev`: every address without a file is the page, below the base of a single-page app. */

/** The page's links are relative to its <base>, so the development server answers at the root. */
export function onePage() {
  return {
    name: 'carillon-one-page',
    config: (_, { command }) => (command === 'serve' ? { base: '/', appType: 'spa' } : {}),
  };
}
