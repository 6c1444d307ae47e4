import { UdptoolError } from '../base/error.ts'
import { lacksDescriptors, NO_DESCRIPTORS, RAISE_DESCRIPTORS } from '../base/no-descriptors.ts'
import { printable } from '../report/text/safe.ts'

/**
 * An error in one line: what was tried, why it failed, and what to do. Below it are the lines of `place`, which show the mistake, and with
 * `debug` the stack.
 */
export function errorLine(error: unknown, debug: boolean, place = ''): string {
  const lacking = descriptorCode(error)
  const message =
    lacking !== undefined
      ? `cannot go on: ${NO_DESCRIPTORS} (${lacking}) — ${RAISE_DESCRIPTORS}`
      : error instanceof Error
        ? error.message
        : String(error)
  const hint = error instanceof UdptoolError && error.hint !== undefined ? ` — ${error.hint}` : ''
  const stack = debug && error instanceof Error ? `\n${error.stack ?? ''}` : ''
  return `udptool: ${printable(`${message}${hint}`.replaceAll(/\s*\n\s*/g, ' '))}${place}${stack}\n`
}

/** The code of an error of Node itself, for example from loading a module late. Our own errors name what they could not open. */
function descriptorCode(error: unknown): string | undefined {
  if (error instanceof UdptoolError || !(error instanceof Error) || !('code' in error)) return undefined
  return lacksDescriptors(error.code) ? String(error.code) : undefined
}
