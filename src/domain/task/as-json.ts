/** The type of a value once it has been written as JSON and read again, as results travel. */

/** A Date is a text then, what `toJSON` answers takes its object's place, and functions are gone. */
export type AsJson<T> = unknown extends T
  ? T
  : T extends { toJSON(): infer Written }
    ? AsJson<Written>
    : T extends string | number | boolean | null | undefined
      ? T
      : T extends void
        ? undefined
        : T extends readonly unknown[]
          ? { [I in keyof T]: AsJson<T[I]> }
          : T extends (...args: never[]) => unknown
            ? never
            : T extends object
              ? { [K in keyof T as T[K] extends (...args: never[]) => unknown ? never : K]: AsJson<T[K]> }
              : never;
