/** A real Chromium for tests, and pages whose every message, error and request is written down. */

import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where its program is; test/support/chromium-path.js finds it. */
    chromium: string;
  }
}

/** Chromium as root in a container, and quiet on the network: what it sends of its own accord proves nothing. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface WatchedPage {
  page: Page;
  /** What the console printed as an error or a warning, and what scripts threw. */
  complaints: string[];
  /** The address of every request that the page made. */
  requests: string[];
}

/** One Chromium with a fresh profile; each page it opens has cookies, cache and credentials of its own. */
export class TestBrowser {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async launch(): Promise<TestBrowser> {
    return new TestBrowser(
      await chromium.launch({ executablePath: inject('chromium'), headless: true, args: FLAGS }),
    );
  }

  /** A page in a profile of its own: British times in UTC unless `options` say otherwise. */
  async page(options: BrowserContextOptions = {}): Promise<WatchedPage> {
    const context = await this.#browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => requests.push(request.url()));
    return { page, complaints, requests };
  }

  /** Ends every page; the browser stays for the next test. */
  async closePages(): Promise<void> {
    await Promise.all(this.#browser.contexts().map((context) => context.close()));
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
