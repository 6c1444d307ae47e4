import { type UdptoolError, usage } from './error.ts'
import { quoted } from './quoted.ts'

/** The error of every parser in this room: `--size cannot be "4q": q is not a unit of size`. The hint gives two valid values. */
export function invalidValue(
  name: string,
  value: string | number,
  reason: string,
  examples: readonly [string, string],
): UdptoolError {
  return usage(`${name} cannot be ${quoted(value)}: ${reason}`, `write ${examples[0]} or ${examples[1]}`)
}
