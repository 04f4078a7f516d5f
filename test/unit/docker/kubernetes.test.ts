/** docker/kubernetes: what Kustomize makes of it is what Kubernetes takes, is locked down, and refers to what is there. */

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { loadTexts } from '../../../src/files/load.js';
import type { Runner } from '../../../src/node/settings.js';
import { readSettings } from '../../../src/node/settings-read.js';
import { type Fields, kustomize, type Manifest, podOf } from '../../support/kustomize.js';

const SOURCE = fileURLToPath(new URL('../../../docker/kubernetes', import.meta.url));

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'carillon-kubernetes-'));
  cpSync(SOURCE, dir, { recursive: true });
  // As the comment of the overlay tells to make it.
  const secret =
    'CARILLON_REDIS_URL=redis://carillon-redis:6379\nCARILLON_API_KEY=0123456789abcdef0123456789abcdef\n';
  writeFileSync(join(dir, 'overlays/trial/secret.env'), secret);
  withPrometheus();
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Kinds of others, which no schema of Kubernetes knows. */
const FOREIGN = /^(keda\.sh|monitoring\.coreos\.com)\//;

interface Container extends Fields {
  name: string;
  image: string;
  args: string[];
  env?: { name: string; value?: string; valueFrom?: Fields }[];
  securityContext: Fields;
  resources: { requests: Fields; limits: Fields };
  volumeMounts: { name: string; mountPath: string }[];
}

const containersOf = (object: Manifest) => (podOf(object).spec?.['containers'] ?? []) as Container[];
const named = (objects: readonly Manifest[], kind: string, name: string) =>
  objects.find((one) => one.kind === kind && one.metadata.name === name);
const fits = (labels: Record<string, string> = {}, selector: Record<string, string> = {}) =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

interface Model {
  validate(): void;
}

async function validate(object: Manifest): Promise<void> {
  const module = (await import(
    /* @vite-ignore */ `kubernetes-models/${object.apiVersion}/${object.kind}`
  )) as Record<string, new (data: Manifest) => Model>;
  const Kind = module[object.kind];
  if (!Kind) throw new Error(`no schema of ${object.apiVersion} ${object.kind}`);
  new Kind(object).validate();
}

/** A component in the place of another, as a team would choose it. */
function withPrometheus(): void {
  const path = join(dir, 'overlays/production');
  const [from, to] = ['[../../autoscaling]', '[../../monitoring, ../../autoscaling-prometheus]'];
  cpSync(path, join(dir, 'overlays/prometheus'), { recursive: true });
  const file = join(dir, 'overlays/prometheus/kustomization.yaml');
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`no ${from} in ${file}`);
  writeFileSync(file, text.replace(from, to));
}

/** kubectl has it built in. */
const HAS_KUSTOMIZE = spawnSync('kubectl', ['kustomize', '--help']).status === 0;

/** Lists of things with a name in their order, and what a Secret holds as Kubernetes keeps it: for a comparison. */
function leveled(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(leveled);
    return items.every((item) => typeof item === 'object')
      ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const { stringData, ...fields } = value as Fields;
  if (stringData !== undefined) {
    const texts = Object.entries(stringData as Record<string, string>);
    const kept = texts.map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
    Object.assign(fields, { type: 'Opaque', data: Object.fromEntries(kept) });
  }
  const entries = Object.entries(fields).map(([key, one]) => [key, leveled(one)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe.each(['trial', 'production', 'prometheus'])('the overlay %s', (overlay) => {
  let objects: Manifest[];
  let pods: Manifest[];
  beforeAll(() => {
    objects = kustomize(join(dir, 'overlays', overlay));
    pods = objects.filter((one) => containersOf(one).length > 0);
  });

  it.skipIf(!HAS_KUSTOMIZE)('is what Kustomize makes of it', () => {
    const made = execFileSync('kubectl', ['kustomize', join(dir, 'overlays', overlay)], { encoding: 'utf8' });
    expect(leveled(parseAllDocuments(made).map((one) => one.toJS() as Manifest))).toEqual(leveled(objects));
  });

  it('is what the schemas of Kubernetes take', async () => {
    const own = objects.filter(({ apiVersion }) => !FOREIGN.test(apiVersion));
    expect(own.length).toBeGreaterThan(5);
    for (const object of own) await validate(object);
    const wrong = structuredClone(named(objects, 'Deployment', 'carillon-node')) as Manifest;
    (wrong['spec'] as Fields)['replicas'] = 'three';
    await expect(validate(wrong)).rejects.toThrow(/replicas/);
  });

  it('has everything once, in its namespace', () => {
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !name.includes(' carillon/'))).toEqual([]);
  });

  it('gives no pod more than it needs', () => {
    for (const object of pods) {
      const { spec = {} } = podOf(object);
      expect(spec).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const container of containersOf(object)) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources.requests).toMatchObject({
          cpu: expect.anything(),
          memory: expect.anything(),
        });
        expect(container.resources.limits).toHaveProperty('memory');
        // What was named in base/ only for an overlay to say which it is.
        expect(container.image).toMatch(/:[\w.-]+$/);
      }
    }
  });

  it('refers to secrets, files, volumes, pods and ports that are there', () => {
    const secret = named(objects, 'Secret', 'carillon')?.['stringData'] ?? {
      // Of production: made by whatever keeps secrets there.
      CARILLON_REDIS_URL: '',
      CARILLON_API_KEY: '',
    };
    for (const object of pods) {
      const volumes = (podOf(object).spec?.['volumes'] ?? []) as {
        name: string;
        configMap?: { name: string };
      }[];
      const claims = ((object['spec'] as Fields)['volumeClaimTemplates'] ?? []) as Manifest[];
      const there = [...volumes.map(({ name }) => name), ...claims.map(({ metadata }) => metadata.name)];
      for (const { configMap } of volumes)
        if (configMap) expect(named(objects, 'ConfigMap', configMap.name), configMap.name).toBeDefined();
      for (const container of containersOf(object)) {
        expect(there).toEqual(expect.arrayContaining(container.volumeMounts.map(({ name }) => name)));
        for (const { valueFrom } of container.env ?? []) {
          const ref = valueFrom?.['secretKeyRef'] as { name: string; key: string } | undefined;
          if (ref)
            expect([ref.name, secret]).toEqual([
              'carillon',
              expect.objectContaining({ [ref.key]: expect.anything() }),
            ]);
        }
      }
    }
    for (const object of objects) {
      const spec = (object['spec'] ?? {}) as { selector?: Fields; scaleTargetRef?: { name: string } };
      const selector = (spec.selector?.['matchLabels'] ?? spec.selector) as
        | Record<string, string>
        | undefined;
      if (selector)
        expect(
          pods.filter((pod) => fits(podOf(pod).metadata?.labels, selector)),
          object.metadata.name,
        ).toHaveLength(1);
      if (spec.scaleTargetRef) {
        const target = named(objects, 'Deployment', spec.scaleTargetRef.name);
        // Who scales it says how many there are, nobody else.
        expect(target?.['spec']).not.toHaveProperty('replicas');
      }
    }
  });

  it('its nodes are asked whether they live and are ready, and may not all be away', () => {
    const node = named(objects, 'Deployment', 'carillon-node') as Manifest;
    const [container] = containersOf(node);
    const probe = (path: string) => ({ httpGet: { path, port: 'http' } });
    expect(container).toMatchObject({
      startupProbe: probe('/livez'),
      livenessProbe: probe('/livez'),
      readinessProbe: probe('/readyz'),
    });
    expect(named(objects, 'PodDisruptionBudget', 'carillon-node')?.['spec']).toMatchObject({
      maxUnavailable: 1,
    });
    expect((node['spec'] as Fields)['replicas']).toBeGreaterThan(2);
  });

  it.each([
    ['carillon-node', 'start'],
    ['carillon-worker', 'worker'],
  ] as const)('the settings of %s are settings', (name, runner: Runner) => {
    const [container] = containersOf(named(objects, 'Deployment', name) as Manifest);
    const env = Object.fromEntries(
      (container?.env ?? []).map(({ name: variable, value }) => [
        variable,
        value ?? (variable === 'CARILLON_REDIS_URL' ? 'redis://redis:6379' : 'a-secret-from-elsewhere'),
      ]),
    );
    const reading = readSettings({ runner, flags: {}, env, host: 'pod', pid: 1 });
    expect(reading).toMatchObject({ ok: true, warnings: [] });
    expect(container?.args[0]).toBe(runner);
  });

  it('its schedule files are valid, and set apart what belongs to which environment', () => {
    const { data } = named(objects, 'ConfigMap', 'carillon-schedules') as unknown as {
      data: Record<string, string>;
    };
    const texts = Object.entries(data).map(([path, text]) => ({ path, text }));
    const { problems, schedules } = loadTexts(texts, { env: {}, environment: 'production' });
    expect(problems).toEqual([]);
    expect(schedules.length).toBeGreaterThan(0);
  });
});

describe('what Prometheus is asked', () => {
  it('are ports that pods have, and figures that there are', () => {
    const objects = kustomize(join(dir, 'overlays/prometheus'));
    const monitors = objects.filter(({ kind }) => kind === 'PodMonitor');
    expect(monitors).toHaveLength(2);
    for (const monitor of monitors) {
      const { selector, podMetricsEndpoints } = monitor['spec'] as {
        selector: { matchLabels: Record<string, string> };
        podMetricsEndpoints: { port: string }[];
      };
      const pod = objects.find((one) =>
        fits(podOf(one).metadata?.labels ?? { none: '' }, selector.matchLabels),
      );
      const ports = containersOf(pod as Manifest).flatMap(
        ({ ports: all }) => (all ?? []) as { name: string }[],
      );
      expect(ports.map(({ name }) => name)).toContain(podMetricsEndpoints[0]?.port);
    }
    const scaled = named(objects, 'ScaledObject', 'carillon-worker') as Manifest;
    const [, metric = ''] = /(carillon_\w+)\{/.exec(JSON.stringify(scaled)) ?? [];
    const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
    expect(page).toContain(`| \`${metric}\` | gauge | \`queue\` \`state\` |`);
  });
});

describe('the trial', () => {
  it('has a handler for each of its schedules', async () => {
    const objects = kustomize(join(dir, 'overlays/trial'));
    const { data } = named(objects, 'ConfigMap', 'carillon-schedules') as unknown as {
      data: Record<string, string>;
    };
    const texts = Object.entries(data).map(([path, text]) => ({ path, text }));
    const wanted = loadTexts(texts, { env: {} }).schedules.map(({ definition }) => definition.handler);
    const { default: handlers } = (await import(join(SOURCE, 'overlays/trial/handlers.mjs'))) as {
      default: object;
    };
    expect(Object.keys(handlers)).toEqual(expect.arrayContaining(wanted));
  });
});
