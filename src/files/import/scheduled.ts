/** Methods annotated with `@Scheduled`: of Spring, Quarkus or Micronaut, which count days of the week differently. */

import { lastPart } from './code-tokens.js';
import { type Call, type CodeValue, literalOf, shown } from './code-values.js';
import { cronFor, type Dialect, QUARTZ, SPRING } from './cron.js';
import { type DraftFields, type Dst, type Gathered, Refusal, zoneFrom } from './draft.js';
import type { JavaSource } from './java.js';
import { everyFrom, goLength, isoLength } from './lengths.js';
import { handlerFrom, idFromCode } from './names.js';

interface Framework {
  name: string;
  dialect: Dialect;
  dst?: Dst;
  /** What a run does that comes due while the one before it goes on. */
  overlap: string;
}

const FRAMEWORKS = {
  // Its fixed times are looked for by the clock on the wall: what is left out is not found, what comes twice is, twice.
  spring: { name: 'Spring', dialect: SPRING, dst: { gap: 'skip', fold: 'both' }, overlap: 'skip' },
  quarkus: { name: 'Quarkus', dialect: { ...QUARTZ, name: 'Quarkus' }, overlap: 'allow' },
  micronaut: {
    name: 'Micronaut',
    dialect: { ...SPRING, seconds: 'optional', name: 'Micronaut' },
    overlap: 'allow',
  },
} satisfies Readonly<Record<string, Framework>>;

/** ms, by the names of TimeUnit and ChronoUnit. */
const UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    MILLISECONDS: 1,
    MILLIS: 1,
    SECONDS: 1_000,
    MINUTES: 60_000,
    HOURS: 3_600_000,
    DAYS: 86_400_000,
  }),
);
const INTERVALS = ['fixedRate', 'fixedRateString', 'fixedDelay', 'fixedDelayString', 'every'];

export interface Placeholders {
  properties: ReadonlyMap<string, string>;
  /** Takes the keys that were asked for. */
  used: Set<string>;
}

export function importScheduled(
  gathered: Gathered,
  file: JavaSource,
  properties: ReadonlyMap<string, string>,
  used: Set<string>,
): number {
  const framework: Framework = /\bio\.quarkus\.scheduler\b/.test(file.text)
    ? FRAMEWORKS.quarkus
    : /\bio\.micronaut\b/.test(file.text)
      ? FRAMEWORKS.micronaut
      : FRAMEWORKS.spring;
  let found = 0;
  for (const index of file.calls('@Scheduled')) {
    const { call, next } = file.annotationAt(index);
    if (!call) continue;
    found += 1;
    const method = file.methodFrom(next) ?? 'scheduled';
    const type = file.classAt(index);
    gathered.schedule(idFromCode(method), (id) => ({
      fields: readOne(gathered, id, { call, framework, type, method, placeholders: { properties, used } }),
    }));
  }
  if (found > 0) {
    gathered.remark(
      'note',
      `@Scheduled runs in every instance of the application; here once for all (${framework.name})`,
    );
  }
  return found;
}

interface Annotated {
  call: Call;
  framework: Framework;
  type: string | undefined;
  method: string;
  placeholders: Placeholders;
}

function readOne(gathered: Gathered, id: string, annotated: Annotated): DraftFields {
  const { call, framework, type, method, placeholders } = annotated;
  const text = (name: string): string | undefined => {
    const value = call.named.get(name);
    return value === undefined ? undefined : resolved(gathered, id, name, value, placeholders);
  };
  if (call.named.has('initialDelay') || call.named.has('initialDelayString') || call.named.has('delayed')) {
    gathered.remark('note', 'its initial delay has no counterpart', id);
  }
  const handler = handlerFrom(type === undefined ? method : `${type}.${method}`);
  const skips = /SKIP$/.test(call.named.get('concurrentExecution')?.text ?? '');
  const common = { handler, overlap: skips ? 'skip' : framework.overlap };
  const cron = text('cron');
  if (cron === '-' || cron === 'off' || cron === 'disabled') throw new Refusal('it is switched off there');
  if (cron !== undefined) {
    const zone = text('zone') || text('timeZone') || text('zoneId');
    const timezone = zone ? zoneFrom(zone) : undefined;
    const { cron: converted, ...bounds } = cronFor(gathered, id, cron, framework.dialect, timezone);
    return { ...common, cron: converted, timezone, dst: framework.dst, ...bounds };
  }
  const name = INTERVALS.find((one) => call.named.has(one));
  if (name === undefined) throw new Refusal(`${shown(call)} has neither cron nor an interval`);
  if (name.startsWith('fixedDelay')) {
    gathered.remark(
      'warn',
      'fixedDelay counts from the end of a run; here from 1970, and a run that goes on is not doubled',
      id,
    );
  }
  const unit = UNITS.get(lastPart(call.named.get('timeUnit')?.text ?? 'MILLISECONDS')) ?? 1;
  const length = text(name) ?? '';
  const ms = lengthOf(length, unit);
  if (ms === undefined) throw new Refusal(`${name} is ${JSON.stringify(length)}, which is no length of time`);
  return { ...common, overlap: name.startsWith('fixed') ? 'skip' : common.overlap, every: everyFrom(ms) };
}

function lengthOf(text: string, unit: number): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * unit;
  return isoLength(text) ?? goLength(text);
}

const PLACEHOLDER = /^\s*\$?\{\s*([\w.-]+)\s*(?::(.*))?\}\s*$/s;

/** A literal; of a placeholder what the properties beside it say, or its default, which a person has to confirm. */
function resolved(
  gathered: Gathered,
  id: string,
  name: string,
  value: CodeValue,
  { properties, used }: Placeholders,
): string {
  const text = String(literalOf(value, name));
  const [, key, usual] = PLACEHOLDER.exec(text) ?? [];
  if (key === undefined) {
    if (!/[$#]\{/.test(text)) return text;
    throw new Refusal(`${name} is ${JSON.stringify(text)}, which only the application knows`);
  }
  const known = properties.get(key);
  if (known !== undefined) {
    used.add(key);
    return known;
  }
  if (usual === undefined) throw new Refusal(`${name} is the property ${key}: give its file, too`);
  gathered.remark(
    'decide',
    `${name} is the property ${key}: its default ${JSON.stringify(usual)} was taken`,
    id,
  );
  return usual;
}
