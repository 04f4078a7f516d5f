/** Who is looking, and what this node lets people do. */

import { signal } from '@preact/signals';

export interface Session {
  signedIn: boolean;
  needsKey: boolean;
  readOnly: boolean;
  payloadsHidden: boolean;
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
