import { expect } from 'vitest'
import { UdptoolError } from '../../src/base/error.ts'

/** The usage error that `parse` throws, as `message (hint)`. Anything else it throws or returns fails the test. */
export function refused(parse: () => unknown): string {
  const error = failure(parse)
  expect(error.code).toBe('usage')
  return `${error.message} (${error.hint ?? ''})`
}

/** The result of `parse`, or the UdptoolError that it throws, which must be printable and short. Any other exception is passed on. */
export function attempt<T>(parse: () => T): { readonly value: T } | { readonly error: UdptoolError } {
  try {
    return { value: parse() }
  } catch (error) {
    if (!(error instanceof UdptoolError)) throw error
    const text = `${error.message} ${error.hint ?? ''}`
    expect(text).not.toMatch(/[\p{Cc}\p{Cs}]/u)
    expect(error.message.length).toBeLessThan(700)
    return { error }
  }
}

/** The UdptoolError that `work` throws. Anything else it throws or returns fails the test. */
export function failure(work: () => unknown): UdptoolError {
  const outcome = attempt(work)
  if (!('error' in outcome)) throw new Error(`expected an error, got ${JSON.stringify(outcome.value)}`)
  return outcome.error
}
