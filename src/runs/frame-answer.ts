import { formatAddress, type StreamAddress } from '../base/address.ts'
import { UdptoolError } from '../base/error.ts'
import { quoted } from '../base/quoted.ts'
import type { IncomingFrame } from '../stream/frames.ts'
import type { FrameHeader } from '../wire/framing.ts'

const HINT = 'is it a server with --inbox or --commands?'

/** The next frame from a server. Undefined if it ends the connection without one. Anything else is a `protocol` error. */
export async function readAnswer(
  frames: AsyncGenerator<IncomingFrame, void>,
  from: StreamAddress,
): Promise<IncomingFrame | undefined> {
  try {
    const { value, done } = await frames.next()
    return done === true ? undefined : value
  } catch (cause) {
    if (!(cause instanceof UdptoolError) || cause.code !== 'protocol') throw cause
    throw new UdptoolError('protocol', `cannot read the answer of ${formatAddress(from)}: ${cause.message}`, {
      operation: 'read the answer',
      address: formatAddress(from),
      hint: HINT,
      cause,
    })
  }
}

/** The error for an answer that is not ok, with the server's reason made printable. */
export function refusedBy(from: StreamAddress, what: string, header: FrameHeader): UdptoolError {
  const address = formatAddress(from)
  const { status, reason } = header
  if (status === 'error')
    return new UdptoolError(
      'refused',
      `${address} refuses ${what}: ${typeof reason === 'string' ? printable(reason) : 'it gives no reason'}`,
      { operation: what, address },
    )
  return new UdptoolError('protocol', `cannot read the answer of ${address}: it has no status`, {
    operation: 'read the answer',
    address,
    hint: HINT,
  })
}

/** Escapes text as in error messages, without quotation marks. */
function printable(text: string): string {
  const limit = 300
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text
  return cut.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, character => quoted(character).slice(1, -1))
}
