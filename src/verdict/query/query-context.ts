import type { RunContext } from '../run-context.ts'

/**
 * Searches each text for a pattern, in bounded time for all of them together; undefined: the time was over. A pattern such as `(a+)+$` needs
 * time without end, and only the caller has a clock.
 */
export type FindPattern = (pattern: RegExp, texts: readonly string[]) => readonly boolean[] | undefined

/** The fields of a query document that do not come from its facts. `target` stands there if no request was made. */
export interface QueryContext extends RunContext {
  readonly durationMs: number
  readonly findPattern: FindPattern
}
