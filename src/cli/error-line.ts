import { UdptoolError } from '../base/error.ts'
import { lacksDescriptors, NO_DESCRIPTORS, RAISE_DESCRIPTORS } from '../base/no-descriptors.ts'
import { printable } from '../report/text/safe.ts'

/**
 * An error in one line: what was tried, why it failed, and what to do; below it `place`, the lines that show where the mistake is.
 * With `debug`, the stack too.
 */
export function errorLine(error: unknown, debug: boolean, place = ''): string {
  const message = hasNoDescriptors(error)
    ? `cannot go on: ${NO_DESCRIPTORS} — ${RAISE_DESCRIPTORS}`
    : error instanceof Error
      ? error.message
      : String(error)
  const hint = error instanceof UdptoolError && error.hint !== undefined ? ` — ${error.hint}` : ''
  const stack = debug && error instanceof Error ? `\n${error.stack ?? ''}` : ''
  return `udptool: ${printable(`${message}${hint}`.replaceAll(/\s*\n\s*/g, ' '))}${place}${stack}\n`
}

/** An error of Node itself, such as one of a module that was to be loaded late; our own errors name what they could not open. */
function hasNoDescriptors(error: unknown): boolean {
  if (error instanceof UdptoolError || !(error instanceof Error) || !('code' in error)) return false
  return lacksDescriptors(error.code)
}
