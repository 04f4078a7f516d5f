/** What can go wrong with a question: the API's problem documents, and no answer at all. */

/** `application/problem+json`, as every route answers it. */
export interface ProblemDocument {
  title?: string;
  status: number;
  detail?: string;
  code?: string;
  errors?: { pointer: string; detail: string }[];
  fix?: string;
  requestId?: string;
  state?: string;
  count?: number;
}

export class Problem extends Error {
  readonly status: number;
  readonly document: ProblemDocument;

  constructor(document: ProblemDocument) {
    super(document.detail ?? document.title ?? `HTTP ${document.status}`);
    this.status = document.status;
    this.document = document;
  }

  /** What people read: the detail, and each field with what is wrong with it. */
  get lines(): string[] {
    const { errors = [], fix } = this.document;
    const fields = errors.map(({ pointer, detail }) => (pointer ? `${pointer}: ${detail}` : detail));
    return [this.message, ...fields, ...(fix && this.status < 500 ? [fix] : [])];
  }
}

/** status 0: nobody answered. */
export const noAnswer = (): Problem =>
  new Problem({ status: 0, title: 'No answer', detail: 'This node does not answer.' });

export const problemOf = (error: unknown): Problem =>
  error instanceof Problem
    ? error
    : new Problem({
        status: 0,
        title: 'Error',
        detail: error instanceof Error ? error.message : String(error),
      });
