/** Who is looking, and what this node lets people do. */

import { signal } from '@preact/signals';
import { ask, unauthorized } from './api.js';

export interface Session {
  signedIn: boolean;
  needsKey: boolean;
  /** Nothing may be changed here. */
  readOnly: boolean;
  payloadsHidden: boolean;
  /** `session`: by a cookie, which signing out takes away. */
  how?: 'open' | 'key' | 'session';
  environment?: string;
  version?: string;
}

export const session = signal<Session>({
  signedIn: true,
  needsKey: false,
  readOnly: false,
  payloadsHidden: false,
});

export async function learnSession(): Promise<void> {
  try {
    session.value = await ask<Session>('v1/session');
    if (session.value.needsKey && !session.value.signedIn) unauthorized.value = true;
  } catch {
    // The banner tells of an outage; every other question is refused where a key is missing.
  }
}

export async function signIn(key: string): Promise<void> {
  session.value = await ask<Session>('v1/session', { method: 'POST', body: { key } });
  unauthorized.value = false;
}

export async function signOut(): Promise<void> {
  await ask('v1/session', { method: 'DELETE' });
  unauthorized.value = true;
}
