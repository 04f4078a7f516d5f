/** Quartz and its kin: Java with `@Scheduled` and `cronSchedule("…")`, properties, jobs in XML; several files belong together. */

import type { Gathered, SourceText } from './draft.js';
import { importJava } from './quartz-java.js';
import { importProperties, propertiesOf } from './quartz-properties.js';
import { importTriggersXml } from './quartz-xml.js';

export function importQuartz(gathered: Gathered, sources: readonly SourceText[]): number {
  const kindOf = ({ path, text }: SourceText): 'xml' | 'properties' | 'java' => {
    if (/\.xml$/i.test(path) || /^\s*</.test(text)) return 'xml';
    return /\.properties$/i.test(path) ? 'properties' : 'java';
  };
  const of = (kind: string): SourceText[] => sources.filter((source) => kindOf(source) === kind);
  const properties = new Map(of('properties').flatMap((source) => [...propertiesOf(source)]));
  const used = new Set<string>();
  let found = importJava(gathered, of('java'), properties, used);
  for (const source of of('xml')) found += importTriggersXml(gathered, source);
  // What a placeholder has asked for is a schedule already.
  for (const key of used) properties.delete(key);
  found += importProperties(gathered, properties);
  gathered.common = ['dst', 'overlap', 'timezone'];
  const { drafts } = gathered;
  if (drafts.some(({ fields }) => fields['cron'] !== undefined && !fields['timezone'])) {
    gathered.remark(
      'note',
      'without a zone the time is that of the JVM: set timezone in defaults (UTC otherwise)',
    );
  }
  if (drafts.some(({ fields }) => fields['every'] !== undefined)) {
    gathered.remark('note', 'intervals count from the start there, from 1970 here');
  }
  return found;
}
