import { messageOf } from '../base/thrown.ts'
import { UdptoolError } from '../base/error.ts'

/** Runs every step, also if one before it failed. Then rejects with the errors, if there were any. */
export async function settleAll(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = []
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      errors.push(error)
    }
  }
  const [first, ...others] = errors
  if (errors.length === 0) return
  if (others.length === 0 || !(first instanceof UdptoolError)) throw first
  const { code, hint, operation } = first
  throw new UdptoolError(code, errors.map(one => messageOf(one)).join('; '), {
    ...(hint === undefined ? {} : { hint }),
    ...(operation === undefined ? {} : { operation }),
    cause: first,
  })
}
