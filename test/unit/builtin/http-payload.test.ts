/** The payload of http.request: whatever types stand in it, it is read or dead at once. */

import { describe, expect, it } from 'vitest';
import { readHttpPayload } from '../../../src/builtin/http-payload.js';
import { Fatal } from '../../../src/index.js';

describe('headers of other types', () => {
  it.each([
    1,
    null,
    true,
    [],
    { toString: 1, valueOf: 1 },
    JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`),
  ])('are dead at once', (value) => {
    const read = (): unknown => readHttpPayload({ url: 'http://localhost/', headers: { a: value } });
    expect(read).toThrow(Fatal);
    expect(read).toThrow(/\/headers\/a must be a text of one line/);
  });
});
