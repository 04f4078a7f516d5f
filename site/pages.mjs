/**
 * The pages of the site out of the Markdown of the repository: READMEs become the pages of their folders, whatever else a
 * page links to (a source, a folder, a decision) becomes a page that shows it, pictures come along, and a link that leads
 * nowhere is an error.
 */

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';

/** Where reading begins; everything else is there because something links to it. */
const BEGINNINGS = ['README.md', 'docs/README.md', 'CHANGELOG.md'];
const PICTURES = new Set(['.png', '.svg']);
const LANGUAGES = {
  '.mjs': 'js',
  '.js': 'js',
  '.ts': 'ts',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.json': 'json',
};

/** Writes them to `into` and answers their paths. */
export function writePages(root, into) {
  rmSync(into, { recursive: true, force: true });
  const pages = new Map();
  const broken = [];
  const pictures = new Set();
  const queue = [...BEGINNINGS];
  while (queue.length > 0) {
    const path = queue.shift();
    const page = pageOf(root, path);
    if (pages.has(page)) continue;
    const text = textOf(root, path);
    pages.set(page, '');
    const linked = linksWalked(text, (link) => {
      if (/^(https?:|mailto:|#)/.test(link)) return link;
      const [target, anchor] = link.split('#');
      const at = resolve(root, isFolder(root, path) ? path : dirname(path), target);
      if (!existsSync(at) || relative(root, at).startsWith('..')) {
        broken.push(`${path}: ${link}`);
        return link;
      }
      const other = relative(root, at);
      const isPicture = PICTURES.has(extname(other));
      if (isPicture) pictures.add(other);
      else queue.push(other);
      const way = relative(dirname(page), isPicture ? other : pageOf(root, other));
      return `${way.startsWith('.') ? way : `./${way}`}${anchor === undefined ? '' : `#${anchor}`}`;
    });
    pages.set(page, linked);
  }
  if (broken.length > 0) throw new Error(`links that lead nowhere:\n${broken.join('\n')}`);
  for (const [page, text] of pages) {
    const file = join(into, page);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  for (const picture of pictures) {
    mkdirSync(dirname(join(into, picture)), { recursive: true });
    copyFileSync(join(root, picture), join(into, picture));
  }
  return [...pages.keys()].sort();
}

/** The parts of the book with their pages, as the index has them. */
export function partsOf(root) {
  const index = readFileSync(join(root, 'docs/README.md'), 'utf8');
  return [...index.matchAll(/^\*\*(.+)\*\*\n(.+)$/gm)].map(([, text, line]) => ({
    text,
    items: [...line.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].map(([, name, link]) => ({
      text: name[0].toUpperCase() + name.slice(1),
      link: `/${pageOf(root, relative(root, resolve(root, 'docs', link)))}`.replace(/(index)?\.md$/, ''),
    })),
  }));
}

const isFolder = (root, path) => statSync(join(root, path)).isDirectory();

function pageOf(root, path) {
  if (path === '' || path === '.') return 'index.md';
  if (isFolder(root, path)) return join(path, 'index.md');
  if (path.endsWith('README.md')) return join(dirname(path), 'index.md');
  return path.endsWith('.md') ? path : `${path}.md`;
}

function textOf(root, path) {
  const at = join(root, path);
  if (isFolder(root, path)) {
    const readme = join(at, 'README.md');
    return existsSync(readme) ? readFileSync(readme, 'utf8') : listOf(at, path);
  }
  const text = readFileSync(at, 'utf8');
  // Remarks are for tests.
  if (path.endsWith('.md')) return text.replace(/^<!--.*?-->\n+/gms, '');
  const fence = text.includes('```') ? '````' : '```';
  return `# ${path}\n\n${fence}${LANGUAGES[extname(path)] ?? 'text'}\n${text.trimEnd()}\n${fence}\n`;
}

/** What a folder has, each by its title where it has one. */
function listOf(at, path) {
  const lines = readdirSync(at)
    .filter((name) => !name.startsWith('.') && name !== 'node_modules')
    .sort()
    .map((name) => {
      const title = name.endsWith('.md')
        ? /^# (.*)$/m.exec(readFileSync(join(at, name), 'utf8'))?.[1]
        : undefined;
      return `- [${title ?? name}](${name})`;
    });
  return `# ${path}\n\n${lines.join('\n')}\n`;
}

/** The text with every link outside of code changed. */
function linksWalked(text, change) {
  return text
    .split(/(^`{3,}.*?^`{3,}$|`[^`\n]+`)/gms)
    .map((part) =>
      part.startsWith('`') ? part : part.replace(/\]\(([^)\s]+)\)/g, (_, link) => `](${change(link)})`),
    )
    .join('');
}
