/** How the site looks: its parts in a bar beside each page, search in the browser, and text that is text. */

/** `sidebar`: the parts of the book; `outDir`: where the site goes. */
export function configOf(sidebar, outDir) {
  return {
    title: 'Carillon',
    description: 'Distributed cron and delayed tasks on Redis',
    outDir,
    // The index of the search.
    vite: { build: { chunkSizeWarningLimit: 4_000 } },
    markdown: {
      // `<id>` in a sentence is a word, and no tag.
      html: false,
      languageAlias: { conf: 'ini', acl: 'ini', caddy: 'nginx' },
      config(md) {
        // Pages become Vue templates, in which two braces would be a program.
        const plain = (text) => md.utils.escapeHtml(text).replaceAll('{', '&#123;');
        md.renderer.rules.text = (tokens, index) => plain(tokens[index].content);
        md.renderer.rules.code_inline = (tokens, index) =>
          `<code v-pre>${md.utils.escapeHtml(tokens[index].content)}</code>`;
      },
    },
    themeConfig: {
      nav: [
        { text: 'Start', link: '/docs/start' },
        { text: 'The book', link: '/docs/' },
        { text: 'Reference', link: '/docs/reference' },
        { text: 'Changelog', link: '/CHANGELOG' },
      ],
      sidebar,
      outline: [2, 3],
      search: { provider: 'local' },
    },
  };
}
