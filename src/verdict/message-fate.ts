import { uppercase } from '../wire/uppercase.ts'

/** The outcome of a message. `answered`: a reply that is not an echo. */
export type MessageFate = 'intact' | 'late' | 'truncated' | 'answered' | 'lostUnknown' | 'unreachable' | 'refused'

/** The fate of a message: the reply is an echo (unchanged, or in ASCII upper case), a prefix of one, or something else; or it was late. */
export function messageFate(
  sent: Uint8Array,
  reply: Uint8Array | undefined,
  kind: 'reply' | 'late' | 'silence' | 'unreachable' | 'refused',
): MessageFate {
  if (reply === undefined) return kind === 'unreachable' || kind === 'refused' ? kind : 'lostUnknown'
  // Not by slice: for a Buffer it shares the memory.
  const upper = new Uint8Array(sent)
  uppercase(upper, 0, upper.length)
  const begins = (whole: Uint8Array): boolean => reply.every((byte, i) => byte === whole[i])
  const isEcho = reply.length <= sent.length && (begins(sent) || begins(upper))
  if (isEcho && reply.length < sent.length) return 'truncated'
  if (kind === 'late') return 'late'
  return isEcho ? 'intact' : 'answered'
}

/** The only rule that explains a reply. For one without a letter from a to z both do. */
export function messageRule(sent: Uint8Array, reply: Uint8Array): 'same' | 'upper' | undefined {
  const upper = new Uint8Array(sent.subarray(0, reply.length))
  uppercase(upper, 0, upper.length)
  const same = reply.every((byte, i) => byte === sent[i])
  if (same === reply.every((byte, i) => byte === upper[i])) return undefined
  return same ? 'same' : 'upper'
}
