import type { ResponderPlan } from '../facts/responder-plan.ts'
import { CHECKED_SIZE, hasMagic, hasNextMagic, KIND, OFFSET } from '../wire/probe.ts'
import { upperCased } from '../wire/uppercase.ts'

/**
 * Whether a datagram that resembles ours (`resemblesMagic`) without a right check is a damaged probe. Below 34 bytes nothing distinguishes a
 * damaged probe from a truncated one: that is plain data. Upper-casing turns a magic in other letter case into a valid one, and may turn the
 * rest into a valid probe or request, so in that mode such a datagram is damaged too.
 */
export function isDamaged(bytes: Uint8Array, at: number, size: number, mode: ResponderPlan['mode']): boolean {
  return size >= CHECKED_SIZE && (mode === 'upper' || hasMagic(bytes, at, size))
}

/**
 * Whether a datagram that resembles ours without a right check has a kind that is never answered, damaged or cut anywhere: a reply, an answer,
 * a returned probe, a request, or anything of the next version.
 */
export function isNeverAnswered(bytes: Uint8Array, at: number, size: number, damaged: boolean): boolean {
  if (hasNextMagic(bytes, at, size)) return true
  const magic = hasMagic(bytes, at, size)
  if (size <= OFFSET.kind || !(damaged || magic)) return false
  const letter = bytes[at + OFFSET.kind] ?? 0
  const kind = magic ? letter : upperCased(letter)
  return kind === KIND.reply || kind === KIND.answer || kind === KIND.request || kind === KIND.damaged
}
