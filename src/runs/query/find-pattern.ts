import { runInNewContext } from 'node:vm'
import type { FindPattern } from '../../verdict/query/query-context.ts'

/** Time for one expectation. A pattern without nested repetition needs microseconds for a datagram. */
const TIMEOUT_MS = 1000
/** Enough for the bytes of the largest reply (65,507) as hexadecimal digits, and as versions of QUIC with ten characters for each four bytes. */
const LONGEST = 256 * 1024

/** With the flags g and y a pattern begins where its last match ended. */
const SCRIPT = 'texts.map(text => { pattern.lastIndex = 0; return pattern.test(text) })'

/**
 * Searches texts for a pattern. A pattern such as `(a+)+$` takes time without end on some texts, and only the watchdog of node:vm can end a
 * regular expression that runs (Node's documentation of `vm.runInNewContext`, `timeout`).
 */
export const findPattern: FindPattern = (pattern, texts) => {
  const cut = texts.map(text => text.slice(0, LONGEST))
  try {
    const found: unknown = runInNewContext(SCRIPT, { pattern, texts: cut }, { timeout: TIMEOUT_MS })
    // An array of the other context has another prototype.
    return Array.isArray(found) ? Array.from(found, one => one === true) : undefined
  } catch (error) {
    // It is an error of the other context, so `instanceof` does not see it.
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      return undefined
    throw error
  }
}
