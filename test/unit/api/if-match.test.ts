/** If-Match on schedules, as RFC 9110 has it: tags compare strongly, `*` is any, only nonsense is bad input. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApiOnModel, apiOnModel } from './support.js';

const URL = '/v1/schedules/daily';
const daily = { handler: 'a', cron: '0 9 * * *' };

let on: ApiOnModel;
let tag: string;
beforeEach(async () => {
  on = apiOnModel();
  tag = String((await on.put(URL, daily)).headers['etag']);
});
afterEach(() => on.api.close());

const edit = (ifMatch: string, owner = 'x') => on.put(URL, { ...daily, owner }, { 'if-match': ifMatch });

it('edits what the tag, one of several tags, or * names', async () => {
  const first = await edit(tag, 'a');
  expect(first.statusCode).toBe(200);
  const second = await edit(`"nothing" , ${first.headers['etag']},W/"1"`, 'b');
  expect(second.statusCode).toBe(200);
  expect((await edit('*', 'c')).json()).toMatchObject({ owner: 'c' });
  expect((await on.remove(URL, { 'if-match': '*' })).statusCode).toBe(204);
});

it.each(['"0"', '"abc"', '""', 'W/"TAG"', '"1","2"', '"99999999999999999999"'])(
  'answers 412 to %s, which names no present state',
  async (ifMatch) => {
    const refused = await edit(ifMatch.replace('TAG', tag.slice(1, -1)));
    expect([refused.statusCode, refused.json().code]).toEqual([412, 'precondition_failed']);
    expect((await on.remove(URL, { 'if-match': ifMatch })).statusCode).toBe(412);
    expect((await on.get(URL)).json()).not.toHaveProperty('owner');
  },
);

it.each(['3', '', ',', '"3', 'w/"3"', '"a b"', '*, "3"', '"3" "4"'])(
  'refuses %j as no tag',
  async (ifMatch) => {
    const refused = await edit(ifMatch);
    expect([refused.statusCode, refused.json().code]).toEqual([422, 'invalid_input']);
    expect(refused.json().errors[0].pointer).toBe('/If-Match');
  },
);

it('makes nothing anew where something was to be matched, and finds nothing to delete', async () => {
  for (const ifMatch of ['*', tag]) {
    const made = await on.put('/v1/schedules/other', daily, { 'if-match': ifMatch });
    expect(made.statusCode).toBe(412);
    expect((await on.remove('/v1/schedules/other', { 'if-match': ifMatch })).statusCode).toBe(404);
  }
  expect((await on.get('/v1/schedules/other')).statusCode).toBe(404);
});
