/** One HTTP request and its whole answer, bounded in time and size; loads far sooner than Node's `fetch`. */

import { request as plain, type RequestOptions } from 'node:http';
import { MIB } from '../domain/input/sizes.js';
import { after } from '../runtime/timers.js';

export interface Question {
  method: string;
  headers: Record<string, string>;
  body?: string;
  /** Until the last byte of the answer, ms. */
  timeout: number;
}

export interface Reply {
  status: number;
  text: string;
}

/** More than any page of the API holds: 1000 tasks with what they carry. */
const LONGEST_ANSWER = 256 * MIB;

/** Throws an error whose code or message says in a word why there is no answer. Redirects are not followed. */
export async function ask(url: string, { method, headers, body, timeout }: Question): Promise<Reply> {
  const { request } = url.startsWith('https:') ? await import('node:https') : { request: plain };
  const options: RequestOptions = { method, headers, agent: false };
  return new Promise<Reply>((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    const asked = request(url, options, (answer) => {
      answer.on('data', (piece: Buffer) => {
        length += piece.length;
        if (length > LONGEST_ANSWER) asked.destroy(new Error('the answer is too long'));
        else pieces.push(piece);
      });
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString('utf8') }),
      );
    });
    const cancel = after(timeout, () => asked.destroy(new Error('timeout')));
    asked.on('error', reject);
    asked.on('close', cancel);
    asked.end(body);
  });
}
