/**
 * A Dockerfile without an engine: its steps are executed one by one, each stage in a file system of its own that lies over
 * this machine's (an overlay, so that whatever FROM names, this machine's Debian and Node stand for it). Needs root and Linux.
 */

import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

/** The instructions of a Dockerfile, continued lines joined, comments gone. */
export function instructionsOf(text) {
  return text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, word, rest] = /^(\S+)\s+(.*)$/.exec(line.trim());
      return [word.toUpperCase(), rest];
    });
}

/** Which paths of the context its .dockerignore keeps out: a name anywhere, a glob of the top, or a path. */
function ignoring(context) {
  const file = join(context, '.dockerignore');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const patterns = lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, anywhere, glob] = /^(\*\*\/)?(.*)$/.exec(line);
      const name = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
      return new RegExp(`^${anywhere ? '(?:.*/)?' : ''}${name}(?:/|$)`);
    });
  return (path) => patterns.some((pattern) => pattern.test(path));
}

/** As a container without privileges: the user `node` of the image, no capability, and no way to get one. */
const UNPRIVILEGED =
  'setpriv --reuid 1000 --regid 1000 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all';

class Stage {
  env = {};
  cwd = '/';
  user = 'root';
  entrypoint = [];
  cmd = [];
  healthcheck = null;
  #dir;

  constructor(dir) {
    this.#dir = dir;
    for (const part of ['upper', 'work', 'root']) mkdirSync(join(dir, part), { recursive: true });
  }

  /** What the stage has beyond the machine's own files, at a path of the stage. */
  own(path) {
    return join(this.#dir, 'upper', path);
  }

  /** Starts a program in the stage. `readOnly`: only its /tmp can be written. `mounts`: host path → path of the stage. */
  start(argv, { env = {}, user = this.user, readOnly = false, mounts = {}, stdio = 'inherit' } = {}) {
    for (const path of Object.values(mounts)) mkdirSync(this.own(path), { recursive: true });
    const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
    const script = [
      'set -e',
      `cd ${quoted(this.#dir)}`,
      `mount -t overlay overlay -o ${readOnly ? 'lowerdir=upper:/' : 'lowerdir=/,upperdir=upper,workdir=work'} root`,
      'mount --rbind /dev root/dev',
      'mount -t proc proc root/proc',
      readOnly ? 'mount -t tmpfs tmpfs root/tmp' : ':',
      ...Object.entries(mounts).map(([from, to]) => `mount --bind -o ro ${quoted(from)} root${to}`),
      `exec chroot root ${user === 'root' ? '' : UNPRIVILEGED} /bin/sh -c 'cd "$0" && exec "$@"' ${quoted(this.cwd)} "$@"`,
    ].join('\n');
    return spawn('unshare', ['--mount', '--propagation', 'private', '/bin/sh', '-c', script, 'sh', ...argv], {
      env: { ...env, ...this.env },
      stdio,
    });
  }

  /** Starts one and waits for its end; throws when that is not a good one. */
  async run(argv, options) {
    const child = this.start(argv, options);
    const code = await new Promise((done) => child.once('close', done));
    if (code !== 0) throw new Error(`${argv.join(' ')}: ended with ${code}`);
  }
}

/** Executes a Dockerfile and answers its last stage. `place`: a directory for what comes of it, of another file system. */
export async function buildByHand({ text, context, place, tell = () => {} }) {
  const ignored = ignoring(context);
  const stages = new Map();
  let stage;
  for (const [word, rest] of instructionsOf(text)) {
    tell(`${word} ${rest}`);
    if (word === 'FROM') {
      const [, , name = `stage-${stages.size}`] = rest.split(/\s+/);
      stage = new Stage(join(place, name));
      stages.set(name, stage);
    } else if (word === 'WORKDIR') {
      stage.cwd = resolve(stage.cwd, rest);
      mkdirSync(stage.own(stage.cwd), { recursive: true });
    } else if (word === 'ENV') {
      const [, name, value] = /^(\w+)=(.*)$/.exec(rest);
      stage.env[name] = value.replace(/\$(\w+)/g, (_, other) => stage.env[other] ?? process.env[other] ?? '');
    } else if (word === 'RUN') {
      await stage.run(['/bin/sh', '-c', rest], { env: process.env });
    } else if (word === 'COPY') {
      copy(rest, stage, stages, context, ignored);
    } else if (word === 'USER') stage.user = rest;
    else if (word === 'HEALTHCHECK') stage.healthcheck = JSON.parse(/CMD (\[.*\])$/.exec(rest)[1]);
    else if (word === 'ENTRYPOINT') stage.entrypoint = JSON.parse(rest);
    else if (word === 'CMD') stage.cmd = JSON.parse(rest);
    else if (word !== 'EXPOSE') throw new Error(`nobody knows how to do ${word} by hand`);
  }
  return stage;
}

function copy(rest, stage, stages, context, ignored) {
  const words = rest.split(/\s+/);
  const [, from] = /^--from=(.*)$/.exec(words[0]) ?? [];
  if (from !== undefined) words.shift();
  const target = words.pop();
  const into = stage.own(resolve(stage.cwd, target));
  for (const word of words) {
    if (from !== undefined) {
      cpSync(stages.get(from).own(word), into, {
        recursive: true,
        verbatimSymlinks: true,
        preserveTimestamps: true,
      });
      continue;
    }
    for (const name of expanded(context, word)) {
      const source = join(context, name);
      const directory = statSync(source).isDirectory();
      const goal = !directory && target.endsWith('/') ? join(into, basename(name)) : into;
      const filter = (path) =>
        path === context || path === source || !ignored(path.slice(context.length + 1));
      cpSync(source, goal, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true, filter });
    }
  }
}

/** A name with `*` in its last part stands for all that match. */
function expanded(context, word) {
  if (!word.includes('*')) return [word];
  const pattern = new RegExp(`^${word.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
  return readdirSync(context).filter((name) => pattern.test(name));
}
