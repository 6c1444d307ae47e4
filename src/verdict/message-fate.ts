import { uppercase } from '../wire/uppercase.ts'

/** What became of a message. `answered`: a reply that is no echo. */
export type MessageFate = 'intact' | 'late' | 'truncated' | 'answered' | 'lostUnknown' | 'unreachable' | 'refused'

/** The fate of a message: a reply is an echo (as it was, or in ASCII upper case), a beginning of one, or something else; or it came late. */
export function messageFate(
  sent: Uint8Array,
  reply: Uint8Array | undefined,
  kind: 'reply' | 'late' | 'silence' | 'unreachable' | 'refused',
): MessageFate {
  if (reply === undefined) return kind === 'unreachable' || kind === 'refused' ? kind : 'lostUnknown'
  // Not by slice: of a Buffer that is the same memory.
  const upper = new Uint8Array(sent)
  uppercase(upper, 0, upper.length)
  const begins = (whole: Uint8Array): boolean => reply.every((byte, i) => byte === whole[i])
  const isEcho = reply.length <= sent.length && (begins(sent) || begins(upper))
  if (isEcho && reply.length < sent.length) return 'truncated'
  if (kind === 'late') return 'late'
  return isEcho ? 'intact' : 'answered'
}

/** The rule that alone explains a reply. Of one without a letter from a to z both are true. */
export function messageRule(sent: Uint8Array, reply: Uint8Array): 'same' | 'upper' | undefined {
  const upper = new Uint8Array(sent.subarray(0, reply.length))
  uppercase(upper, 0, upper.length)
  const same = reply.every((byte, i) => byte === sent[i])
  if (same === reply.every((byte, i) => byte === upper[i])) return undefined
  return same ? 'same' : 'upper'
}
