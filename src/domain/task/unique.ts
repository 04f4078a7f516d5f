/** What a taken unique key means for one who asks for it: `reject`, the default, is what this release acts on. */

import { isRecord, type Reader, saying } from '../input/readers.js';

const MODES = ['reject', 'replace', 'debounce', 'throttle', 'after'];

export interface UniqueRule {
  mode: 'reject';
}

export const uniqueRule: Reader<UniqueRule> = saying(
  (raw, path, problems) => {
    const before = problems.length;
    const { mode = 'reject', ...others } = isRecord(raw) ? raw : { mode: null };
    for (const name of Object.keys(others)) {
      const detail = 'is not supported by this version';
      problems.push({ path: [...path, name], detail, code: 'unsupported' });
    }
    if (typeof mode !== 'string' || !MODES.includes(mode)) {
      problems.push({ path: [...path, 'mode'], detail: `must be one of ${MODES.join(', ')}` });
    } else if (mode !== 'reject') {
      const detail = 'must be reject: the others are not supported by this version';
      problems.push({ path: [...path, 'mode'], detail, code: 'unsupported' });
    }
    return problems.length === before ? { mode: 'reject' } : undefined;
  },
  {
    schema: { type: 'object', additionalProperties: false, properties: { mode: { enum: ['reject'] } } },
    word: 'json',
  },
);
