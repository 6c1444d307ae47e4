import type { Mac } from '../mac.ts'
import { envelopeSize, IRTT_FLAG, NO_TOKEN, sealIrtt, TOKEN_SIZE, writeEnvelope, type IrttToken } from './envelope.ts'
import { readIrttParameters, writeIrttParameters, type IrttParameters } from './parameters.ts'

/**
 * The request to open a session.
 * @param isTest false: only ask which parameters the server grants
 */
export function irttOpenRequest(parameters: IrttParameters, isTest: boolean, mac?: Mac): Uint8Array {
  return complete(IRTT_FLAG.open | (isTest ? 0 : IRTT_FLAG.close), writeIrttParameters(parameters), mac)
}

/** The parameters that an open request asks for; undefined if they are malformed. */
export function readIrttOpenRequest(datagram: Uint8Array, isAuthenticated: boolean): IrttParameters | undefined {
  const at = envelopeSize(isAuthenticated)
  return datagram.length < at ? undefined : readIrttParameters(datagram.subarray(at))
}

/**
 * The reply to an open request.
 * @param token of the new session; undefined: the request only asked for the parameters
 */
export function irttOpenReply(parameters: IrttParameters, token: IrttToken | undefined, mac?: Mac): Uint8Array {
  const written = writeIrttParameters(parameters)
  const body = new Uint8Array(TOKEN_SIZE + written.length)
  writeToken(body, 0, token ?? NO_TOKEN)
  body.set(written, TOKEN_SIZE)
  return complete(IRTT_FLAG.open | IRTT_FLAG.reply | (token === undefined ? IRTT_FLAG.close : 0), body, mac)
}

/** A server's reply to an open request. */
export interface IrttOpenReply {
  /** Zero if the request only asked for the parameters. */
  readonly token: IrttToken
  /** As the server granted them. */
  readonly parameters: IrttParameters
}

/** Undefined if it is too short or the parameters are malformed. Its flags are checked before, by `irttFlags`. */
export function readIrttOpenReply(datagram: Uint8Array, isAuthenticated: boolean): IrttOpenReply | undefined {
  const at = envelopeSize(isAuthenticated)
  if (datagram.length < at + TOKEN_SIZE) return undefined
  const parameters = readIrttParameters(datagram.subarray(at + TOKEN_SIZE))
  return parameters === undefined ? undefined : { token: readToken(datagram, at), parameters }
}

/** The request to end a session, which no server answers. */
export function irttClose(token: IrttToken, mac?: Mac): Uint8Array {
  const body = new Uint8Array(TOKEN_SIZE)
  writeToken(body, 0, token)
  return complete(IRTT_FLAG.close, body, mac)
}

/** The token of a datagram of a session; undefined if it is too short. */
export function irttTokenOf(datagram: Uint8Array, isAuthenticated: boolean): IrttToken | undefined {
  const at = envelopeSize(isAuthenticated)
  return datagram.length < at + TOKEN_SIZE ? undefined : readToken(datagram, at)
}

function complete(flags: number, body: Uint8Array, mac: Mac | undefined): Uint8Array {
  const at = envelopeSize(mac !== undefined)
  const datagram = new Uint8Array(at + body.length)
  writeEnvelope(datagram, flags | (mac === undefined ? 0 : IRTT_FLAG.hmac))
  datagram.set(body, at)
  if (mac !== undefined) sealIrtt(datagram, mac)
  return datagram
}

function readToken(datagram: Uint8Array, at: number): IrttToken {
  const view = new DataView(datagram.buffer, datagram.byteOffset + at, TOKEN_SIZE)
  return { low: view.getUint32(0, true), high: view.getUint32(4, true) }
}

function writeToken(datagram: Uint8Array, at: number, { low, high }: IrttToken): void {
  const view = new DataView(datagram.buffer, datagram.byteOffset + at, TOKEN_SIZE)
  view.setUint32(0, low, true)
  view.setUint32(4, high, true)
}
