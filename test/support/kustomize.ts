/**
 * `kustomize build`, as far as docker/kubernetes uses it. Whatever it does not know it refuses, so that nothing in a
 * kustomization is passed over: not every machine has a kustomize. Where there is one, a test holds both side by side.
 */

import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

export type Fields = Record<string, unknown>;

export interface Manifest extends Fields {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
}

interface Generator {
  name: string;
  files?: string[];
  envs?: string[];
  behavior?: 'replace';
  options?: { disableNameSuffixHash: boolean };
}

interface Patch {
  path?: string;
  target?: { kind: string; name: string };
  patch?: string;
}

interface Kustomization {
  namespace?: string;
  resources?: string[];
  components?: string[];
  labels?: { pairs: Record<string, string>; includeSelectors: boolean; includeTemplates: boolean }[];
  images?: { name: string; newName: string; newTag: string }[];
  configMapGenerator?: Generator[];
  secretGenerator?: Generator[];
  patches?: Patch[];
}

const KNOWN = [
  ...['apiVersion', 'kind', 'namespace', 'resources', 'components', 'labels', 'images'],
  ...['configMapGenerator', 'secretGenerator', 'patches'],
];

/** The objects of a directory with a kustomization.yaml. `given`: those that a component is applied to. */
export function kustomize(directory: string, given: Manifest[] = []): Manifest[] {
  const file = parse(readFileSync(join(directory, 'kustomization.yaml'), 'utf8')) as Kustomization;
  const unknown = Object.keys(file).filter((key) => !KNOWN.includes(key));
  if (unknown.length > 0) throw new Error(`${directory}: ${unknown.join(', ')} is not known here`);
  let objects = [...given, ...(file.resources ?? []).flatMap((name) => resource(join(directory, name)))];
  for (const kind of ['ConfigMap', 'Secret'] as const)
    for (const generator of file[kind === 'Secret' ? 'secretGenerator' : 'configMapGenerator'] ?? [])
      objects = generated(objects, kind, generator, directory);
  for (const name of file.components ?? []) objects = kustomize(join(directory, name), objects);
  for (const patch of file.patches ?? []) patched(objects, patch, directory);
  for (const { pairs } of file.labels ?? []) for (const object of objects) labelled(object, pairs);
  for (const { name, newName, newTag } of file.images ?? []) imaged(objects, name, `${newName}:${newTag}`);
  if (file.namespace !== undefined) for (const { metadata } of objects) metadata.namespace ??= file.namespace;
  return objects;
}

function resource(path: string): Manifest[] {
  if (statSync(path).isDirectory()) return kustomize(path);
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS() as Manifest);
}

function generated(objects: Manifest[], kind: string, of: Generator, directory: string): Manifest[] {
  if (!of.options?.disableNameSuffixHash) throw new Error(`${of.name}: its name would not stay what it is`);
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
  const files = (of.files ?? []).map((name) => [basename(name), read(name)]);
  const lines = (of.envs ?? []).flatMap((name) => read(name).split('\n').filter(Boolean));
  const pairs = lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  const data = Object.fromEntries([...files, ...pairs]) as Record<string, string>;
  const made: Manifest = {
    apiVersion: 'v1',
    kind,
    metadata: { name: of.name },
    ...(kind === 'Secret' ? { stringData: data } : { data }),
  };
  const others = objects.filter((one) => one.kind !== kind || one.metadata.name !== of.name);
  const replaced = objects.find((one) => !others.includes(one));
  if (replaced?.metadata.labels) made.metadata.labels = replaced.metadata.labels;
  if (others.length < objects.length !== (of.behavior === 'replace'))
    throw new Error(
      `${kind} ${of.name}: ${of.behavior === 'replace' ? 'there is none to replace' : 'twice'}`,
    );
  return [...others, made];
}

function patched(objects: readonly Manifest[], { path, target, patch }: Patch, directory: string): void {
  const text = path === undefined ? (patch ?? '') : readFileSync(join(directory, path), 'utf8');
  const change = parse(text) as Manifest | { op: string; path: string }[];
  const { kind, name } = Array.isArray(change)
    ? (target ?? { kind: '', name: '' })
    : { kind: change.kind, name: change.metadata.name };
  const found = objects.find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name} to patch`);
  if (!Array.isArray(change)) {
    Object.assign(found, merged(found, change));
    return;
  }
  for (const { op, path: place } of change) {
    const steps = place.split('/').slice(1);
    const last = steps.pop() ?? '';
    const at = steps.reduce((node, step) => node[step] as Fields, found as Fields);
    if (op !== 'remove' || !(last in at)) throw new Error(`${op} ${place}: not known here, or nothing there`);
    delete at[last];
  }
}

/** Lists of things with a name are merged by it, all others replaced. */
function merged(old: unknown, change: unknown): unknown {
  if (isList(old) && isList(change)) {
    const key = ['mountPath', 'name'].find((one) => change.every((item) => one in item));
    if (key === undefined) return change;
    const added = change.filter((item) => !old.some((one) => one[key] === item[key]));
    const kept = old.map((one) => {
      const own = change.find((item) => item[key] === one[key]);
      return own ? merged(one, own) : one;
    });
    return [...kept, ...added];
  }
  if (!isFields(old) || !isFields(change)) return change;
  const entries = Object.entries(change).map(([key, value]) => [key, merged(old[key], value)]);
  return { ...old, ...Object.fromEntries(entries) };
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: unknown): value is Fields[] => Array.isArray(value) && value.every(isFields);

/** On the object, on its pods, and in every selector: as `includeSelectors` does. */
function labelled(object: Manifest, pairs: Record<string, string>): void {
  object.metadata.labels = { ...object.metadata.labels, ...pairs };
  const walk = (node: unknown, key: string): void => {
    if (Array.isArray(node)) for (const one of node) walk(one, key);
    if (!isFields(node)) return;
    if (key === 'matchLabels' || (key === 'selector' && object.kind === 'Service'))
      Object.assign(node, pairs);
    if (key === 'template' && isFields(node['metadata']))
      Object.assign((node['metadata'] as Manifest['metadata']).labels ?? {}, pairs);
    for (const [name, value] of Object.entries(node)) walk(value, name);
  };
  walk(object['spec'], 'spec');
}

function imaged(objects: readonly Manifest[], name: string, image: string): void {
  for (const { spec } of objects.map(podOf))
    for (const container of (spec?.['containers'] ?? []) as { image: string }[])
      if (container.image === name) container.image = image;
}

/** The template of the pods that an object makes, if it makes some. */
export function podOf(object: Manifest): { metadata?: Manifest['metadata']; spec?: Fields } {
  return ((object['spec'] as Fields | undefined)?.['template'] ?? {}) as { spec?: Fields };
}
