import { expect } from 'vitest'

/** A time of day in ISO 8601 with an offset from UTC. */
export const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/u

/** Matches the `at` of an event. */
export const AT: unknown = expect.stringMatching(LOCAL_TIME)
